package conduit.config;

/**
 * A mark on packets, which routing rules and firewalls of this machine can go by (SO_MARK,
 * socket(7)). Any 32 bits but all zero, which is no mark.
 */
public record Fwmark(int bits) {

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException when it is zero
     */
    public Fwmark {
        if (bits == 0) {
            throw new IllegalArgumentException("zero is no mark");
        }
    }

    /** As tools for routing and firewalls write it: {@code 0x2a}. */
    @Override
    public String toString() {
        return "0x" + Integer.toHexString(bits);
    }
}
