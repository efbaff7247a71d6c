package conduit.observe.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FloodTest {

    private final LoggerContext context = new LoggerContext();
    private long now;
    private final Flood flood = new Flood(() -> now);

    private ILoggingEvent event(String logger, Level level, String message) {
        return new LoggingEvent("x", context.getLogger(logger), level, message, null, null);
    }

    private long passing(ILoggingEvent event, int times) {
        return IntStream.range(0, times).filter(_ -> flood.of(event).passes()).count();
    }

    @Test
    void holdsErrorsBackAndCountsThemUntilTheNextMinute() {
        ILoggingEvent defect = event("conduit.relay.KernelRelay", Level.ERROR, "relay failed");
        assertThat(passing(defect, 1_000)).isEqualTo(Flood.MOST);
        assertThat(passing(event("conduit.relay.Other", Level.ERROR, "relay failed"), 1)).isOne();
        now += Duration.ofMinutes(1).toNanos();
        assertThat(flood.of(defect).earlier()).get().asString().startsWith("990 messages");
        assertThat(flood.of(defect).earlier()).isEmpty();
    }

    @Test
    void holdsWhateverNettySaysBack() {
        ILoggingEvent tail =
                event("io.netty.channel.DefaultChannelPipeline", Level.WARN, "reached");
        assertThat(passing(tail, 100)).isEqualTo(Flood.MOST);
    }

    @Test
    void letsOurWarningsAndMessagesPass() {
        assertThat(passing(event("conduit.X", Level.WARN, "x"), 1_000)).isEqualTo(1_000);
        assertThat(passing(event("conduit.X", Level.INFO, "x"), 1_000)).isEqualTo(1_000);
    }

    @Test
    void remembersOnlySoManyKinds() {
        long passed =
                IntStream.range(0, 1_000)
                        .mapToLong(i -> passing(event("io.netty.X", Level.WARN, "x" + i), 1))
                        .sum();
        assertThat(passed).isEqualTo(Flood.MOST_KINDS);
        assertThat(passing(event("io.netty.X", Level.WARN, "x1"), 1)).isOne();
    }
}
