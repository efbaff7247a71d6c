package conduit.relay;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.KeepAlive;
import conduit.config.TunnelTimeouts;
import conduit.transport.Transport;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The looking goes on, whatever a tunnel does; what it finds is tested end to end. */
class IdleWatchTest {

    @AutoClose private final Transport transport = new Transport(1, new KeepAlive.KernelDefaults());

    private final BlockingQueue<Relay.Cause> cuts = new LinkedBlockingQueue<>();

    private class Silent implements IdleWatch.Watched {
        private final long begun = System.nanoTime();
        private boolean ended;

        @Override
        public long bytesUp() {
            return 0;
        }

        @Override
        public long bytesDown() {
            return 0;
        }

        @Override
        public OptionalLong firstByteDownAt() {
            return OptionalLong.empty();
        }

        @Override
        public long lastByteAt() {
            return begun;
        }

        @Override
        public long lastSignOfLifeAt() {
            return begun;
        }

        @Override
        public boolean ended() {
            return ended;
        }

        @Override
        public boolean isHalfClosed() {
            return false;
        }

        @Override
        public long halfClosedAt() {
            return begun;
        }

        @Override
        public void cut(Relay.Cause cause) {
            ended = true;
            cuts.add(cause);
        }
    }

    private final class Broken extends Silent {
        @Override
        public void cut(Relay.Cause cause) {
            super.cut(cause);
            throw new IllegalStateException("injected by the test");
        }
    }

    @Test
    void endsOthersAfterOneThatCannotBeEnded() throws Exception {
        IdleWatch watch =
                new IdleWatch(
                        new TunnelTimeouts(
                                Optional.of(Duration.ofMillis(50)),
                                Optional.empty(),
                                Optional.empty()));
        EventLoop loop = transport.nextLoop();
        loop.submit(() -> watch.add(new Broken(), loop)).sync();
        assertThat(cuts.poll(30, TimeUnit.SECONDS)).isEqualTo(Relay.Cause.IDLE_TOO_LONG);
        loop.submit(() -> watch.add(new Silent(), loop)).sync();
        assertThat(cuts.poll(30, TimeUnit.SECONDS)).isEqualTo(Relay.Cause.IDLE_TOO_LONG);
    }
}
