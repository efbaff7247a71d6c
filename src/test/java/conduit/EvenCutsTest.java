package conduit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many tunnels are cut in which second of a drain. */
class EvenCutsTest {

    private static final int SECONDS = 30;
    private static final Duration HALF = Duration.ofSeconds(SECONDS).dividedBy(2);

    /** What each round of a drain cuts, those last that are left for the deadline. */
    private static List<Integer> cuts(int idle, int busy) {
        List<Integer> cuts = new ArrayList<>();
        int idleLeft = idle;
        int left = idle + busy;
        for (int second = SECONDS; second > 0; second--) {
            int share = EvenCuts.share(idleLeft, left, Duration.ofSeconds(second), HALF);
            cuts.add(share);
            idleLeft = Math.max(0, idleLeft - share);
            left -= share;
        }
        cuts.add(left);
        return cuts;
    }

    @Test
    void cutsIdleTunnelsEvenlyInTheFirstHalf() {
        assertThat(cuts(9_000, 0)).startsWith(repeated(600, 15)).endsWith(repeated(0, 16));
    }

    @Test
    void cutsOthersEvenlyInTheSecondHalfAndAtTheDeadline() {
        assertThat(cuts(0, 1_600)).startsWith(repeated(0, 15)).endsWith(repeated(100, 16));
        assertThat(cuts(0, 1_610).subList(15, 31))
                .allSatisfy(share -> {
                    assertThat(share).isBetween(100, 101);
                });
    }

    @Test
    void cutsFewIdleOnesAtOnceAndLeavesFewOthersUntilTheLastSeconds() {
        assertThat(cuts(1, 0)).startsWith(1, 0, 0);
        assertThat(cuts(2, 3)).startsWith(1, 1, 0, 0).endsWith(0, 1, 1, 1);
    }

    @Test
    void roundsShortTimesUp() {
        Duration tenth = Duration.ofMillis(100);
        assertThat(EvenCuts.share(7, 9, tenth.multipliedBy(2), tenth)).isEqualTo(7);
        assertThat(EvenCuts.share(0, 9, tenth, tenth)).isEqualTo(4);
    }

    private static Integer[] repeated(int share, int times) {
        Integer[] all = new Integer[times];
        Arrays.fill(all, share);
        return all;
    }
}
