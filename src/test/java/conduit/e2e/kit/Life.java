package conduit.e2e.kit;

import java.util.Random;

/**
 * What the two sides of one tunnel are going to do, decided by a seed alone, so that both know it.
 *
 * @param nap milliseconds before either begins to read
 */
record Life(
        long seed,
        Wiring wiring,
        Reaches furthest,
        Load up,
        Load down,
        End client,
        End remote,
        int nap) {

    /** The first bytes of every tunnel: the seed. */
    static final int HEADER = Long.BYTES;

    /** How far the client goes before it leaves. */
    enum Reaches {
        NOTHING_SAID,
        HALF_A_REQUEST,
        REQUEST,
        ANSWER,
        IDLENESS,
        STREAM
    }

    /** How a side ends, after it has sent some of its load or all of it. */
    enum Manner {
        /** Everything, then the end of the stream, then it reads to the other's end. */
        FINISH,
        /** Some, then close(2) without a look at what comes. */
        CLOSE,
        /** Some, then a reset. */
        RESET,
        /** Some, then the end of the stream and close(2) right after. */
        FINISH_AND_CLOSE
    }

    /**
     * A side's end.
     *
     * @param after how much of its load it sends before
     */
    record End(Manner manner, long after) {
        boolean isWhole() {
            return manner == Manner.FINISH;
        }
    }

    static Life of(long seed) {
        Random random = new Random(seed);
        Load up = load(random);
        Load down = load(random);
        return new Life(
                seed,
                random.nextBoolean() ? Wiring.CONNECT : Wiring.SOCKS5,
                // Half of them get to the stream.
                random.nextBoolean() ? Reaches.STREAM : oneOf(Reaches.values(), random),
                up,
                down,
                end(up, random),
                end(down, random),
                random.nextInt(8) == 0 ? random.nextInt(100) : 0);
    }

    private static Load load(Random random) {
        long size =
                switch (random.nextInt(32)) {
                    case 0, 1, 2, 3 -> 0;
                    case 4, 5, 6, 7 -> random.nextInt(3_000_000);
                    // More than all buffers on the way hold while nobody reads.
                    case 8 -> random.nextInt(12_000_000);
                    default -> random.nextInt(random.nextBoolean() ? 2_000 : 200_000);
                };
        return new Load(size, random.nextLong());
    }

    private static End end(Load load, Random random) {
        Manner manner = random.nextBoolean() ? Manner.FINISH : oneOf(Manner.values(), random);
        return new End(
                manner, manner == Manner.FINISH ? load.size() : random.nextLong(load.size() + 1));
    }

    private static <T> T oneOf(T[] values, Random random) {
        return values[random.nextInt(values.length)];
    }

    /** Whether the client gets that far. */
    boolean reaches(Reaches stage) {
        return furthest.compareTo(stage) >= 0;
    }

    /** Both sides say and read everything. */
    boolean isWhole() {
        return reaches(Reaches.STREAM) && client.isWhole() && remote.isWhole();
    }
}
