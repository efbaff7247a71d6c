package conduit.observe.log;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.Logging;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class MessagesTest {

    private static final Logger OURS = LoggerFactory.getLogger(MessagesTest.class);
    private static final Logger NETTY = LoggerFactory.getLogger("io.netty.channel.X");
    private static final Logger RESOLVER = LoggerFactory.getLogger("io.netty.resolver.dns.X");

    @AfterEach
    void asByDefault() {
        Messages.set(Logging.Level.INFO, Logging.Format.TEXT);
    }

    @Test
    void hasTheLevelThatIsWanted() {
        Messages.set(Logging.Level.WARN, Logging.Format.TEXT);
        assertThat(OURS.isWarnEnabled()).isTrue();
        assertThat(OURS.isInfoEnabled()).isFalse();
        Messages.set(Logging.Level.DEBUG, Logging.Format.TEXT);
        assertThat(OURS.isDebugEnabled()).isTrue();
    }

    @Test
    void neverLetsNettySayMoreThanItsWarnings() {
        Messages.set(Logging.Level.DEBUG, Logging.Format.TEXT);
        assertThat(NETTY.isWarnEnabled()).isTrue();
        assertThat(NETTY.isInfoEnabled()).isFalse();
        assertThat(RESOLVER.isWarnEnabled()).isFalse();
        Messages.set(Logging.Level.ERROR, Logging.Format.TEXT);
        assertThat(NETTY.isWarnEnabled()).isFalse();
        assertThat(NETTY.isErrorEnabled()).isTrue();
    }
}
