package conduit.config.flags;

import static java.nio.charset.StandardCharsets.UTF_8;

import conduit.address.Parsed;
import conduit.config.Credentials;
import java.nio.file.Path;

/**
 * Reads the credentials for a parent proxy from a {@link SecretFile} whose line is {@code
 * user:password}.
 */
final class CredentialsFile {

    /** RFC 1929, section 2: a length is one byte, and not zero. */
    private static final int LONGEST_OF_SOCKS = 255;

    private CredentialsFile() {}

    /** Credentials for Basic (RFC 7617): a user without a colon; the password may be empty. */
    static Parsed<Credentials> forHttp(Path file) {
        return switch (SecretFile.line(file)) {
            case Parsed.Valid<String>(String line) -> parse(line);
            case Parsed.Invalid<String>(String why) -> Parsed.invalid(why);
        };
    }

    /** Credentials that SOCKS5 can carry too (RFC 1929): 1 to 255 bytes each. */
    static Parsed<Credentials> forSocks(Path file) {
        Parsed<Credentials> parsed = forHttp(file);
        if (!(parsed instanceof Parsed.Valid<Credentials>(Credentials credentials))) {
            return parsed;
        }
        if (credentials.user().getBytes(UTF_8).length > LONGEST_OF_SOCKS) {
            return Parsed.invalid("the user is longer than SOCKS5 allows, 255 bytes");
        }
        if (credentials.password().getBytes(UTF_8).length > LONGEST_OF_SOCKS) {
            return Parsed.invalid("the password is longer than SOCKS5 allows, 255 bytes");
        }
        return credentials.password().isEmpty()
                ? Parsed.invalid("the password is empty, which SOCKS5 does not allow")
                : parsed;
    }

    /** RFC 7617, section 2: neither contains a control character, nor the user a colon. */
    private static Parsed<Credentials> parse(String line) {
        int colon = line.indexOf(':');
        if (colon < 0) {
            return Parsed.invalid("there is no colon between user and password");
        }
        return colon == 0
                ? Parsed.invalid("the user is missing")
                : Parsed.valid(
                        new Credentials(line.substring(0, colon), line.substring(colon + 1)));
    }
}
