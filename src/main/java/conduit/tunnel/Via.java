package conduit.tunnel;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/**
 * What this process writes into the Via field of requests (RFC 9110, section 7.6.3), so that one
 * that comes back is known. The pseudonym is new with each process: no two of them share it, and it
 * says nothing about the machine.
 */
public final class Via {

    private static final int RANDOM_BYTES = 5;

    private final String pseudonym;
    private final String alone;

    private Via(String pseudonym) {
        this.pseudonym = pseudonym;
        this.alone = "1.1 " + pseudonym;
    }

    /** With a pseudonym that no other process has. */
    public static Via ofThisProcess() {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        return new Via("conduit-" + HexFormat.of().formatHex(random));
    }

    /** Whether a request that came with these values has passed this process before. */
    public boolean isIn(List<String> received) {
        return !received.isEmpty()
                && received.stream().anyMatch(value -> value.contains(pseudonym));
    }

    /** The value for a request that did not come in HTTP; the field knows no other protocols. */
    public String alone() {
        return alone;
    }

    /**
     * The value for the next hop: what was received, and this process.
     *
     * @param version of HTTP in which the request came: {@code 1.1}
     */
    public String after(List<String> received, String version) {
        String own = version.equals("1.1") ? alone : version + " " + pseudonym;
        return received.isEmpty() ? own : String.join(", ", received) + ", " + own;
    }
}
