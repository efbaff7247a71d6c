package conduit.doctor.look;

/** Capabilities that matter here, by their number in capabilities(7). */
public enum Capability {
    NET_ADMIN(12),
    NET_RAW(13),
    SYS_ADMIN(21),
    SYS_RESOURCE(24);

    private final int number;

    Capability(int number) {
        this.number = number;
    }

    /** Whether a set of them, as the kernel writes it, has this one. */
    boolean in(long set) {
        return (set >>> number & 1) == 1;
    }

    @Override
    public String toString() {
        return "CAP_" + name();
    }
}
