package conduit.outbound.parent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a parent's answer to CONNECT line by line: interim answers, then the final one, of which
 * only the status counts. A 2xx has no body, whatever its fields say (RFC 9110, section 9.3.6), so
 * no field can move the place where the tunnel begins. Pure and incremental: it remembers how far
 * it has looked, and consumes nothing before the answer is complete.
 */
final class ConnectReply {

    /** What the bytes so far are. */
    sealed interface Verdict {
        /** Sound so far, and not complete. */
        record Incomplete() implements Verdict {}

        /** Any 2xx. */
        record Accepted() implements Verdict {}

        /**
         * Any other final answer.
         *
         * @param words status and reason, shortened: {@code 403 Forbidden}
         * @param error what the last Proxy-Status field with an error says
         */
        record Declined(int status, String words, Optional<ProxyStatus> error) implements Verdict {}

        /** No answer to make sense of; {@code why} goes on after the parent's name. */
        record Unusable(String why) implements Verdict {}
    }

    /** For all lines together, those of interim answers too, so that nobody talks without end. */
    static final int LONGEST = 64 * 1024;

    /** As many as we take from a client. */
    static final int MOST_FIELDS = 200;

    private static final int LONGEST_WORDS = 80;

    private static final Verdict INCOMPLETE = new Verdict.Incomplete();

    /** Where every status line begins that we can read (RFC 9112, section 4). */
    private static final String BEGINNING = "HTTP/1.";

    /** The space behind the status is left out by many, where there is no reason. */
    private static final Pattern STATUS_LINE =
            Pattern.compile("HTTP/1\\.[0-9] ([1-9][0-9]{2})(?: (.*))?", Pattern.DOTALL);

    private static final String PROXY_STATUS = "proxy-status:";

    /** Squid's own word for the cause: {@code ERR_CONNECT_FAIL 111}. */
    private static final String SQUID_ERROR = "x-squid-error:";

    private int lineStart;
    private int searched;
    private int fields;

    /** Of the answer whose header is being read; 0 before its status line. */
    private int status;

    private String words = "";
    private String squidError = "";
    private Optional<ProxyStatus> error = Optional.empty();

    /**
     * Goes on from where the last call stopped. The answer begins at the reader index, which is
     * moved behind it when it is complete and not before; it must be at the same byte of the stream
     * in every call.
     */
    Verdict read(ByteBuf in) {
        int start = in.readerIndex();
        int readable = Math.min(in.readableBytes(), LONGEST);
        while (true) {
            if (status == 0 && !beginsAsHttp(in, start, readable)) {
                return unusable("does not answer in HTTP/1.1");
            }
            int lineFeed = in.indexOf(start + searched, start + readable, (byte) '\n');
            if (lineFeed < 0) {
                searched = readable;
                return readable < LONGEST
                        ? INCOMPLETE
                        : unusable("sends a header of more than " + LONGEST + " bytes");
            }
            Verdict verdict = line(text(in, start + lineStart, lineFeed));
            searched = lineFeed + 1 - start;
            lineStart = searched;
            if (!(verdict instanceof Verdict.Incomplete)) {
                in.skipBytes(searched);
                return verdict;
            }
        }
    }

    /** Told at the first wrong byte, since who speaks something else may never send a line. */
    private boolean beginsAsHttp(ByteBuf in, int start, int readable) {
        int known = Math.min(readable - lineStart, BEGINNING.length());
        for (int i = 0; i < known; i++) {
            if (in.getByte(start + lineStart + i) != BEGINNING.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** A line without its end: CRLF, or LF alone (RFC 9112, section 2.2). */
    private static String text(ByteBuf in, int from, int lineFeed) {
        boolean carriageReturn = lineFeed > from && in.getByte(lineFeed - 1) == '\r';
        int end = carriageReturn ? lineFeed - 1 : lineFeed;
        return in.toString(from, end - from, ISO_8859_1);
    }

    private Verdict line(String line) {
        if (status == 0) {
            return statusLine(line);
        }
        if (line.isEmpty()) {
            return headerEnd();
        }
        if (++fields > MOST_FIELDS) {
            return unusable("sends more than " + MOST_FIELDS + " header fields");
        }
        field(line);
        return INCOMPLETE;
    }

    private Verdict statusLine(String line) {
        Matcher parts = STATUS_LINE.matcher(line);
        if (!parts.matches()) {
            return unusable("answers with a status line that is none");
        }
        status = Integer.parseInt(parts.group(1));
        String reason = parts.group(2);
        words = shortened(reason == null ? parts.group(1) : parts.group(1) + " " + reason.strip());
        return INCOMPLETE;
    }

    private void field(String line) {
        String lowerCase = line.toLowerCase(Locale.ROOT);
        if (lowerCase.startsWith(PROXY_STATUS)) {
            // Each proxy on the way appends itself, so that the last error is the nearest one's.
            error = ProxyStatus.lastError(line.substring(PROXY_STATUS.length())).or(() -> error);
        } else if (lowerCase.startsWith(SQUID_ERROR)) {
            squidError = " (" + shortened(line.substring(SQUID_ERROR.length()).strip()) + ")";
        }
    }

    private Verdict headerEnd() {
        if (status == 101) {
            return unusable("switches protocols, which nobody asked it to");
        }
        if (status < 200) {
            status = 0;
            squidError = "";
            error = Optional.empty();
            return INCOMPLETE;
        }
        return status < 300
                ? new Verdict.Accepted()
                : new Verdict.Declined(status, words + squidError, error);
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_WORDS ? text : text.substring(0, LONGEST_WORDS) + "...";
    }

    private static Verdict unusable(String why) {
        return new Verdict.Unusable(why);
    }
}
