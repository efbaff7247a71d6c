package conduit.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What who uses the admin listener has to know. Kept as a digest, so that nobody finds it in a dump
 * of the heap or in a log; compared in a time that does not tell how much of a guess was right.
 */
public final class AdminToken {

    private final byte[] digest;

    private AdminToken(byte[] digest) {
        this.digest = digest;
    }

    /** A token by its characters. */
    public static AdminToken of(String token) {
        return new AdminToken(digest(token));
    }

    /** Whether this is it. */
    public boolean is(String guess) {
        return MessageDigest.isEqual(digest, digest(guess));
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AdminToken token && MessageDigest.isEqual(digest, token.digest);
    }

    @Override
    public int hashCode() {
        return digest[0];
    }

    @Override
    public String toString() {
        return "AdminToken";
    }
}
