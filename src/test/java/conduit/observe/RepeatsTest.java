package conduit.observe;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.tunnel.Ending;
import conduit.tunnel.Journal;
import conduit.tunnel.Refusal;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RepeatsTest {

    private static final String CLIENT = "2001:db8::7";

    private final Repeats repeats = new Repeats();

    @Test
    void letsAFewLinesOfEachClientThroughUntilItHasTold() {
        assertThat(written(CLIENT, 1_000)).isEqualTo(Repeats.MOST_LINES);
        assertThat(written("2001:db8::8", 10)).as("of the same network").isZero();
        assertThat(written("192.0.2.7", 10)).isEqualTo(10);
        repeats.tell();
        assertThat(written(CLIENT, 1_000)).isEqualTo(Repeats.MOST_LINES);
    }

    @Test
    void countsNoOtherRefusal() {
        Journal.Entry entry = entry(CLIENT, Refusal.MALFORMED_REQUEST);
        assertThat(IntStream.range(0, 100).filter(_ -> repeats.mayBeWritten(entry)).count())
                .isEqualTo(100);
    }

    @Test
    void remembersOnlySoManyClients() {
        for (int i = 0; i < Repeats.MOST_CLIENTS; i++) {
            assertThat(written("10.0.%d.%d".formatted(i / 256, i % 256), 1)).isOne();
        }
        assertThat(written("192.0.2.7", 1)).isZero();
        assertThat(written("10.0.0.0", 1)).isOne();
        repeats.tell();
        assertThat(written("192.0.2.7", 1)).isOne();
    }

    private long written(String client, int times) {
        Journal.Entry entry = entry(client, Refusal.CLIENT_RATE_LIMIT);
        return IntStream.range(0, times).filter(_ -> repeats.mayBeWritten(entry)).count();
    }

    private static Journal.Entry entry(String client, Refusal refusal) {
        return new Entries().client(client).ending(Ending.refused(refusal, "too many")).entry();
    }
}
