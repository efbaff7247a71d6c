package conduit.relay;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.Rate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Rates hold in a time of the test's own, whoever shares them. */
class AllowanceTest {

    private static final long SECOND = 1_000_000_000L;

    /** So that the clock overflows meanwhile, as it may. */
    private static final long START = Long.valueOf(Long.MAX_VALUE) - 3 * SECOND;

    private static final long SEED = Long.getLong("e2e.seed", 20261123);

    private final Bucket megabyte = new Bucket(new Rate(1_000_000), START);

    @Test
    void letsABurstPassAtOnceAndMakesTheRestWait() {
        assertThat(megabyte.reserve(100_000, START)).isZero();
        assertThat(megabyte.reserve(1_000, START)).isEqualTo(SECOND / 1_000);
        assertThat(megabyte.reserve(1_000, START)).isEqualTo(2 * SECOND / 1_000);
    }

    @Test
    void savesNoMoreThanABurst() {
        long later = START + 60 * SECOND;
        assertThat(megabyte.reserve(100_000, later)).isZero();
        assertThat(megabyte.reserve(1_000, later)).isPositive();
    }

    @Test
    void whatIsGivenBackIsThereForTheNext() {
        assertThat(megabyte.reserve(100_000, START)).isZero();
        megabyte.giveBack(50_000);
        assertThat(megabyte.reserve(50_000, START)).isZero();
        assertThat(megabyte.reserve(1_000, START)).isPositive();
    }

    @Test
    void isIdleWhenNothingIsOwed() {
        assertThat(megabyte.isIdle(START)).isTrue();
        long ignored = megabyte.reserve(1_000_000, START);
        assertThat(megabyte.isIdle(START + SECOND - 1)).isFalse();
        assertThat(megabyte.isIdle(START + SECOND)).isTrue();
    }

    @Test
    void theFirstPieceOfTheLowestRateDoesNotWait() {
        Allowance slow = over(new Bucket(new Rate(Rate.LEAST), START));
        assertThat(slow.reserve(100_000, START)).isZero();
        assertThat(slow.left()).isEqualTo(1024);
        slow.spend(1024, START);
        assertThat(slow.reserve(100_000, START)).isEqualTo(SECOND);
    }

    @Test
    void waitsForTheSlowestOfItsBuckets() {
        Bucket slower = new Bucket(new Rate(500_000), START);
        Allowance both = over(megabyte, slower);
        long ignored = both.charge(100_000, START);
        assertThat(both.charge(1_000, START)).isEqualTo(102 * SECOND / 1_000);
    }

    @Test
    void reservesNoMoreThanThereIs() {
        Allowance allowance = over(megabyte);
        assertThat(allowance.reserve(70, START)).isZero();
        assertThat(allowance.left()).isEqualTo(70);
        allowance.spend(100, START);
        assertThat(allowance.left()).isZero();
        // The 30 beyond were paid for, too.
        assertThat(megabyte.reserve(99_900, START)).isZero();
        assertThat(megabyte.reserve(1_000, START)).isEqualTo(SECOND / 1_000);
    }

    private static Allowance over(Bucket... buckets) {
        return Allowance.over(List.of(buckets));
    }

    /** What was moved, and when. */
    private record Move(long at, long bytes) {}

    /** Connections that always have more to move, and what they have moved. */
    private static final class Crowd {
        private record Turn(long at, Allowance of) {}

        final List<Move> moves = new ArrayList<>();
        private final PriorityQueue<Turn> turns =
                new PriorityQueue<>(Comparator.comparingLong(turn -> turn.at() - START));
        private final SplittableRandom random;
        private final long latest;
        private final int giveBack;
        long longestWait;

        /** Timers are so late at most; so many of 100 turns are not used to the full. */
        Crowd(SplittableRandom random, long latest, int giveBack) {
            this.random = random;
            this.latest = latest;
            this.giveBack = giveBack;
        }

        void join(Allowance allowance) {
            reserve(allowance, START + random.nextLong(SECOND / 10));
        }

        private void reserve(Allowance allowance, long now) {
            long wait = allowance.reserve(1L << random.nextInt(6, 30), now);
            longestWait = Math.max(longestWait, wait);
            long late = wait == 0 ? 0 : random.nextLong(latest + 1);
            turns.add(new Turn(now + wait + late, allowance));
        }

        void moveUntil(long end) {
            while (turns.peek() != null && turns.peek().at() - end < 0) {
                Turn turn = turns.remove();
                Allowance allowance = turn.of();
                long bytes = allowance.left();
                if (random.nextInt(100) < giveBack) {
                    bytes = random.nextLong(bytes) + 1;
                }
                allowance.spend(bytes, turn.at());
                allowance.giveBack();
                moves.add(new Move(turn.at(), bytes));
                reserve(allowance, turn.at());
            }
        }

        /** The most bytes within any time that the rate does not account for. */
        double mostBeyond(long bytesPerSecond) {
            double moved = 0;
            double lowest = 0;
            double most = 0;
            for (Move move : moves) {
                double paid = (double) (move.at() - START) * bytesPerSecond / SECOND;
                lowest = Math.min(lowest, moved - paid);
                moved += move.bytes();
                most = Math.max(most, moved - paid - lowest);
            }
            return most;
        }

        long moved() {
            return moves.stream().mapToLong(Move::bytes).sum();
        }
    }

    @RepeatedTest(100)
    void holdsOverAnyTimeAndWastesNothing(RepetitionInfo repetition) {
        long seed = SEED + repetition.getCurrentRepetition();
        SplittableRandom random = new SplittableRandom(seed);
        long rate = Rate.LEAST << random.nextInt(20);
        int connections = random.nextInt(1, 200);
        long seconds = 10;
        Bucket bucket = new Bucket(new Rate(rate), START);
        Crowd crowd = new Crowd(random, 0, 0);
        for (int i = 0; i < connections; i++) {
            crowd.join(over(bucket));
        }
        crowd.moveUntil(START + seconds * SECOND);
        double burst = Math.max(rate / 10.0, Allowance.SMALLEST_PIECE);
        String about = "seed %d, rate %d, %d connections".formatted(seed, rate, connections);
        assertThat(crowd.mostBeyond(rate)).as(about).isLessThanOrEqualTo(burst + 1);
        assertThat((double) crowd.moved()).as(about).isGreaterThan(0.95 * rate * seconds);
        assertThat(crowd.longestWait)
                .as(about)
                .isLessThan(SECOND / 2 + connections * Allowance.SMALLEST_PIECE * SECOND / rate);
    }

    /** As a busy machine has it: no timer comes in time, and not all turns are used. */
    @RepeatedTest(20)
    void losesNothingToTimersThatAreLate(RepetitionInfo repetition) {
        long seed = SEED - repetition.getCurrentRepetition();
        SplittableRandom random = new SplittableRandom(seed);
        long rate = 100_000L << random.nextInt(12);
        Crowd crowd = new Crowd(random, SECOND / 50, 10);
        Bucket bucket = new Bucket(new Rate(rate), START);
        int connections = random.nextInt(1, 20);
        for (int i = 0; i < connections; i++) {
            crowd.join(over(bucket));
        }
        crowd.moveUntil(START + 10 * SECOND);
        assertThat((double) crowd.moved())
                .as("seed %d, rate %d, %d connections", seed, rate, connections)
                .isBetween(0.95 * rate * 10, 1.02 * rate * 10);
    }

    @RepeatedTest(20)
    void sharesOneRateAmongThoseThatHaveTheirOwn(RepetitionInfo repetition) {
        long seed = SEED + 1_000 + repetition.getCurrentRepetition();
        SplittableRandom random = new SplittableRandom(seed);
        long total = 1_000_000L << random.nextInt(8);
        long own = 100_000L << random.nextInt(8);
        int connections = random.nextInt(1, 50);
        Bucket shared = new Bucket(new Rate(total), START);
        Crowd crowd = new Crowd(random, 0, 0);
        for (int i = 0; i < connections; i++) {
            crowd.join(over(new Bucket(new Rate(own), START), shared));
        }
        crowd.moveUntil(START + 10 * SECOND);
        assertThat((double) crowd.moved())
                .as("seed %d, %d in total, %d each of %d", seed, total, own, connections)
                .isBetween(
                        0.95 * 10 * Math.min(total, connections * own),
                        1.03 * 10 * Math.min(total, connections * own));
    }
}
