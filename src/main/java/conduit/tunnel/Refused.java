package conduit.tunnel;

/**
 * A refusal together with what was wrong this time, in words for a person: {@code connect to
 * 192.0.2.1:80: connection refused}. The detail is printable ASCII, so that a log line stays a line
 * and a header field a field; any other character becomes a question mark.
 */
public record Refused(Refusal refusal, String detail) {

    /** Makes the detail printable. */
    public Refused {
        StringBuilder printable = new StringBuilder(detail);
        for (int i = 0; i < printable.length(); i++) {
            char c = printable.charAt(i);
            if (c < ' ' || c > '~') {
                printable.setCharAt(i, '?');
            }
        }
        detail = printable.toString();
    }
}
