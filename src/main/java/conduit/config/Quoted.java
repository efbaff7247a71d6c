package conduit.config;

import java.util.regex.Pattern;

/**
 * Shows what somebody typed so that it is harmless in one line of a terminal or a log: in quotes,
 * control characters and whatever else is not seen written as escapes, long texts shortened, a
 * password in a URL left out.
 */
final class Quoted {

    /** Longer than any value that could be right (an IPv6 address and port has 47 characters). */
    private static final int MOST_CHARACTERS = 80;

    /** What stands between the user and the host of a URL (RFC 3986, section 3.2.1). */
    private static final Pattern PASSWORD = Pattern.compile("(?<=://[^:@/]{0,80}:).*(?=@)");

    private Quoted() {}

    /** The text in quotes; of a long one only the beginning. */
    static String of(String text) {
        String harmless = PASSWORD.matcher(text).replaceAll("***");
        return "'" + escaped(harmless, MOST_CHARACTERS) + "'";
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
