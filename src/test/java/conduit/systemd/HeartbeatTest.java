package conduit.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** We are alive when all loops turn. The loops are queues whose tasks the test runs. */
class HeartbeatTest {

    private final List<Queue<Runnable>> loops =
            List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());
    private final AtomicInteger beats = new AtomicInteger();
    private final Heartbeat heartbeat =
            new Heartbeat(
                    loops.size(),
                    task -> loops.forEach(loop -> loop.add(task)),
                    beats::incrementAndGet);

    private void turn(int loop) {
        while (!loops.get(loop).isEmpty()) {
            loops.get(loop).remove().run();
        }
    }

    @Test
    void beatsWhenTheLastLoopHasAnswered() {
        heartbeat.ask();
        turn(0);
        turn(1);
        assertThat(beats).hasValue(0);
        turn(2);
        assertThat(beats).hasValue(1);
    }

    @Test
    void isSilentWhileALoopHangs() {
        for (int i = 0; i < 5; i++) {
            heartbeat.ask();
            turn(0);
            turn(2);
        }
        assertThat(beats).hasValue(0);
        assertThat(loops.get(1)).as("questions that wait").hasSize(1);
        turn(1);
        assertThat(beats).hasValue(1);
        heartbeat.ask();
        List.of(0, 1, 2).forEach(this::turn);
        assertThat(beats).hasValue(2);
    }

    @Test
    void doesNotMindLoopsThatHaveEnded() {
        List<String> asked = new ArrayList<>();
        new Heartbeat(
                        2,
                        _ -> {
                            asked.add("once");
                            throw new RejectedExecutionException();
                        },
                        beats::incrementAndGet)
                .ask();
        assertThat(asked).hasSize(1);
        assertThat(beats).hasValue(0);
    }
}
