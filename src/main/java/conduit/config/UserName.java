package conduit.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import conduit.address.Parsed;

/** What a user may be called, so that HTTP, SOCKS5 and the file of users can all say it. */
public final class UserName {

    /** RFC 1929, section 2: a length is one byte. */
    public static final int LONGEST_BYTES = 255;

    /** What Java makes of bytes that are no character in the locale's charset. */
    private static final char UNREADABLE = '\ufffd';

    private UserName() {}

    /** Checks a name. A colon would end it (RFC 7617, section 2), and # begins a comment. */
    public static Parsed<String> parse(String name) {
        if (name.isEmpty()) {
            return Parsed.invalid("it is empty");
        }
        if (name.indexOf(':') >= 0) {
            return Parsed.invalid("it contains a colon");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            return Parsed.invalid("it contains a control character");
        }
        if (name.indexOf(UNREADABLE) >= 0) {
            return Parsed.invalid("it contains a character that the locale (LANG) does not know");
        }
        if (!name.strip().equals(name)) {
            return Parsed.invalid("it begins or ends with a blank");
        }
        if (name.startsWith("#")) {
            return Parsed.invalid("it begins with #");
        }
        return name.getBytes(UTF_8).length > LONGEST_BYTES
                ? Parsed.invalid("it is longer than " + LONGEST_BYTES + " bytes")
                : Parsed.valid(name);
    }
}
