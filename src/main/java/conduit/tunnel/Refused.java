package conduit.tunnel;

import java.util.Optional;

/**
 * A refusal together with what was wrong this time: who failed, in which phase, the system's error
 * where there was one, and words for a person, as in {@code connect to 192.0.2.1:80: connection
 * refused}. The detail is printable ASCII, so that a log line stays a line and a header field a
 * field; any other character becomes a question mark.
 *
 * @param errno the name of the error of the system call that failed: {@code ECONNREFUSED}
 */
public record Refused(
        Refusal refusal, Party by, Phase phase, Optional<String> errno, String detail) {

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

    /** In the phase and by the party that are usual for this refusal, without an errno. */
    public static Refused of(Refusal refusal, String detail) {
        return new Refused(refusal, refusal.party(), refusal.phase(), Optional.empty(), detail);
    }

    /** The same, by another party. */
    public Refused by(Party other) {
        return new Refused(refusal, other, phase, errno, detail);
    }

    /** The same, in another phase. */
    public Refused in(Phase other) {
        return new Refused(refusal, by, other, errno, detail);
    }

    /** The same, with the name of a system call's error, if there was one. */
    public Refused withErrno(Optional<String> name) {
        return new Refused(refusal, by, phase, name, detail);
    }
}
