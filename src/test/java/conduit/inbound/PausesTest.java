package conduit.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import conduit.config.Listener;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** On a loop whose time is the test's. */
class PausesTest {

    private static final Listener LISTENER =
            new Listener(
                    Listener.Protocol.HTTP,
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 8080));

    private final Logger logger = (Logger) LoggerFactory.getLogger(Pauses.class);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Pauses pauses = new Pauses(LISTENER, 1_000);

    @BeforeEach
    void listen() {
        channel.freezeTime();
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void close() {
        logger.detachAppender(logged);
        channel.close();
    }

    @Test
    void saysAtOnceThatNewcomersWaitAndThenOnceAMinuteUntilNoneDoes() {
        for (int i = 0; i < 3; i++) {
            pauses.begin(channel.eventLoop());
            pauses.end();
        }
        assertThat(lines()).singleElement().asString().contains("1,000 connections", "wait");
        pass(59);
        assertThat(lines()).hasSize(1);
        pass(1);
        assertThat(lines()).hasSize(2).last().asString().contains("had to wait 3 times");
        pauses.begin(channel.eventLoop());
        pass(60);
        assertThat(lines()).hasSize(3).last().asString().contains("had to wait 1 times");
        pass(60);
        assertThat(lines()).as("it still lasts").hasSize(4).last().asString().contains("1 times");
        pauses.end();
        pass(60);
        pass(60);
        assertThat(lines()).last().asString().contains("were accepted at once");
        int before = lines().size();
        pass(600);
        assertThat(lines()).as("nothing more to say").hasSize(before);
        pauses.begin(channel.eventLoop());
        assertThat(lines()).hasSize(before + 1).last().asString().contains("1,000 connections");
    }

    private void pass(long seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
    }

    private List<String> lines() {
        return logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
