package conduit.inbound;

import java.util.Random;
import java.util.function.Consumer;

/**
 * Where random tests begin: somewhere else in every run, or where {@code -Dseed=...} says. Every
 * round has its own seed, which a failure names, so that one round is enough to see it again.
 * {@code -Dfuzz.factor=...} makes so many times as many rounds.
 */
public final class Seed {

    private Seed() {}

    /** Tries a property with as many sources of randomness, each new. */
    public static void rounds(int count, Consumer<Random> property) {
        long first = Long.getLong("seed", System.nanoTime());
        long rounds = count * Long.getLong("fuzz.factor", 1);
        for (long i = 0; i < rounds; i++) {
            long seed = first + i;
            try {
                property.accept(new Random(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("see it again with -Dseed=" + seed, e);
            }
        }
    }
}
