package conduit.users;

import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tells claims apart without keeping them: HMAC-SHA-256 under a key that exists in this process
 * only. Asked by all event loops.
 */
final class Fingerprints {

    private static final String ALGORITHM = "HmacSHA256";

    /** Of one claim. Two that are equal are of the same claim. */
    record Fingerprint(long first, long second, long third, long fourth) {}

    private final SecretKeySpec key;

    private final FastThreadLocal<Mac> ofThread =
            new FastThreadLocal<>() {
                @Override
                protected Mac initialValue() throws GeneralSecurityException {
                    Mac mac = Mac.getInstance(ALGORITHM);
                    mac.init(key);
                    return mac;
                }
            };

    Fingerprints() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, ALGORITHM);
    }

    Fingerprint of(Claim claim) {
        ByteBuffer code = ByteBuffer.wrap(ofThread.get().doFinal(claim.unambiguous()));
        return new Fingerprint(code.getLong(), code.getLong(), code.getLong(), code.getLong());
    }
}
