package conduit.doctor.rules;

/** What a rule compares the mark of a packet with: only the bits of the mask count. */
public record Mark(int value, int mask) {

    /** All bits count. */
    public static Mark exactly(int value) {
        return new Mark(value, -1);
    }

    /** Whether a packet with this mark fits. */
    public boolean fits(int mark) {
        return (mark & mask) == (value & mask);
    }

    /** As nft(8) and ip-rule(8) write it. */
    public static String text(int mark) {
        return mark >= 0 && mark < 10 ? Integer.toString(mark) : "0x" + Integer.toHexString(mark);
    }
}
