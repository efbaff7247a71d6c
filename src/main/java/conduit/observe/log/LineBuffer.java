package conduit.observe.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/** Bytes of lines that are being made. Of one thread. */
final class LineBuffer {

    /** What a busy second needs; after more, memory is given back. */
    private static final int KEPT = 1024 * 1024;

    /** A backslash, u and four digits. */
    private static final int LONGEST_ESCAPE = 6;

    private static final int FIRST = 16 * 1024;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /** Of {@link Character#getType(int)}: what a reader does not see, or not where it stands. */
    private static final Set<Integer> INVISIBLE =
            Set.of(
                    (int) Character.CONTROL,
                    (int) Character.FORMAT,
                    (int) Character.SURROGATE,
                    (int) Character.LINE_SEPARATOR,
                    (int) Character.PARAGRAPH_SEPARATOR);

    private byte[] bytes = new byte[FIRST];
    private int length;

    int length() {
        return length;
    }

    /** Takes back what has come since the buffer had this length. */
    void shortenTo(int earlier) {
        length = earlier;
    }

    /** One character of ASCII. */
    LineBuffer add(char ascii) {
        makeRoom(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /** Text of which is known that it is ASCII and cannot be taken for anything else. */
    LineBuffer add(String ascii) {
        makeRoom(ascii.length());
        copy(ascii);
        return this;
    }

    /** The one way to bring a string into an array that makes no other array; of ASCII, exact. */
    @SuppressWarnings("deprecation")
    private void copy(String ascii) {
        ascii.getBytes(0, ascii.length(), bytes, length);
        length += ascii.length();
    }

    /** A number that is not negative, with at least so many digits. */
    LineBuffer add(long number, int digits) {
        int needed = digits;
        for (long rest = number / power(digits); rest > 0; rest /= 10) {
            needed++;
        }
        makeRoom(needed);
        long rest = number;
        for (int at = length + needed - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += needed;
        return this;
    }

    private static long power(int digits) {
        long power = 1;
        for (int i = 0; i < digits; i++) {
            power *= 10;
        }
        return power;
    }

    /** Seconds with six decimals, rounded. */
    LineBuffer addSeconds(long nanos) {
        long micros = (Math.max(nanos, 0) + 500) / 1_000;
        return add(micros / 1_000_000, 1).add('.').add(micros % 1_000_000, 6);
    }

    /** Any text, as JSON writes a string in ASCII (RFC 8259, section 7). */
    LineBuffer addQuoted(String any) {
        makeRoom(2 + LONGEST_ESCAPE * any.length());
        bytes[length++] = '"';
        if (isPlain(any)) {
            copy(any);
        } else {
            escape(any);
        }
        bytes[length++] = '"';
        return this;
    }

    private static boolean isPlain(String any) {
        for (int i = 0; i < any.length(); i++) {
            char c = any.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    private void escape(String any) {
        for (int i = 0; i < any.length(); i++) {
            char c = any.charAt(i);
            if (c < ' ' || c > '~') {
                addEscaped(c);
            } else {
                if (c == '"' || c == '\\') {
                    bytes[length++] = '\\';
                }
                bytes[length++] = (byte) c;
            }
        }
    }

    private void addEscaped(char c) {
        makeRoom(LONGEST_ESCAPE);
        bytes[length++] = '\\';
        bytes[length++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            bytes[length++] = HEX[(c >> shift) & 0xf];
        }
    }

    /** Text for people in UTF-8, with what moves a cursor escaped, unless it is to be kept. */
    LineBuffer addReadable(String any, String kept) {
        for (int at = 0; at < any.length(); ) {
            int point = any.codePointAt(at);
            at += Character.charCount(point);
            if (kept.indexOf(point) >= 0) {
                add((char) point);
            } else if (INVISIBLE.contains(Character.getType(point))) {
                for (char unit : Character.toChars(point)) {
                    addEscaped(unit);
                }
            } else {
                add(Character.toString(point).getBytes(StandardCharsets.UTF_8));
            }
        }
        return this;
    }

    private void add(byte[] encoded) {
        makeRoom(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
    }

    private void makeRoom(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    /** All of it, to be read from its beginning. */
    ByteBuffer contents() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    /** Lets go of all that stands before one place or behind another. */
    void keepOnly(int from, int to) {
        byte[] kept = bytes.length > KEPT ? new byte[Math.max(FIRST, to - from)] : bytes;
        System.arraycopy(bytes, from, kept, 0, to - from);
        bytes = kept;
        length = to - from;
    }

    /** Where the line that holds this place ends; behind its newline. */
    int endOfLine(int place) {
        int at = place;
        while (at < length && bytes[at] != '\n') {
            at++;
        }
        return Math.min(at + 1, length);
    }

    /** Whether a line begins at this place, which is not the first. */
    boolean beginsLine(int place) {
        return bytes[place - 1] == '\n';
    }
}
