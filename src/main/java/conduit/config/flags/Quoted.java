package conduit.config.flags;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Shows what somebody typed so that it is harmless in one line of a terminal or a log: in quotes,
 * control characters and whatever else is not seen written as escapes, long texts shortened,
 * passwords left out.
 */
final class Quoted {

    /** Longer than any value that could be right (an IPv6 address and port has 47 characters). */
    private static final int MOST_CHARACTERS = 80;

    /** How a URL begins (RFC 3986, section 3.1). */
    private static final Pattern SCHEME = Pattern.compile("^[A-Za-z0-9+.-]+://");

    private Quoted() {}

    /** The text in quotes; of a long one only the beginning. */
    static String of(String text) {
        return "'" + escaped(withoutCredentials(text), MOST_CHARACTERS) + "'";
    }

    /** What stands before an at sign is left out when it may hold a password. */
    private static String withoutCredentials(String text) {
        int at = text.lastIndexOf('@');
        int scheme =
                SCHEME.matcher(text).results().mapToInt(MatchResult::end).findFirst().orElse(0);
        boolean maybeAPassword = at > scheme && text.substring(scheme, at).indexOf(':') >= 0;
        return maybeAPassword ? text.substring(0, scheme) + "***" + text.substring(at) : text;
    }

    /** The text without quotes; of one that is longer than {@code most} only the beginning. */
    static String escaped(String text, int most) {
        String shown = text.length() <= most ? text : text.substring(0, most) + "...";
        StringBuilder line = new StringBuilder(shown.length());
        shown.codePoints().forEach(character -> appendEscaped(line, character));
        return line.toString();
    }

    private static void appendEscaped(StringBuilder line, int character) {
        switch (character) {
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            case '\\' -> line.append("\\\\");
            case '\t' -> line.append("\\t");
            default -> {
                if (isSeen(character)) {
                    line.appendCodePoint(character);
                } else {
                    line.append("\\u{").append(Integer.toHexString(character)).append('}');
                }
            }
        }
    }

    /** Format characters, which are not seen, can turn the direction of the rest of the line. */
    private static boolean isSeen(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED ->
                    false;
            default -> true;
        };
    }
}
