package conduit.users;

import static java.nio.charset.StandardCharsets.UTF_8;

import conduit.config.UserName;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;

/**
 * Who a client says it is, and the password it gives: bytes, since RFC 1929 names no charset. Never
 * shown: not in a log line, nor in a message.
 */
public final class Claim {

    /** RFC 1929, section 2; SHA-crypt's time grows with the password. */
    private static final int LONGEST_PASSWORD_BYTES = 255;

    private final byte[] user;
    private final byte[] password;

    /** Takes the arrays over. */
    public Claim(byte[] user, byte[] password) {
        this.user = user;
        this.password = password;
    }

    /** The user, where it is UTF-8; nobody in the file is called anything else. */
    Optional<String> user() {
        try {
            return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(user)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** A copy, since some hashes wipe what they were given. */
    byte[] password() {
        return password.clone();
    }

    /** Whether it is longer than any that can be true, and not worth a hash. */
    boolean isTooLong() {
        return user.length > UserName.LONGEST_BYTES || password.length > LONGEST_PASSWORD_BYTES;
    }

    /** Its bytes such that no two claims have the same. */
    byte[] unambiguous() {
        return ByteBuffer.allocate(Integer.BYTES + user.length + password.length)
                .putInt(user.length)
                .put(user)
                .put(password)
                .array();
    }

    /** Without a word of it. */
    @Override
    public String toString() {
        return "***";
    }
}
