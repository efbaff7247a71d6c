package conduit.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import conduit.config.Rate;
import conduit.config.RelayMode;
import conduit.config.TunnelTimeouts;
import conduit.relay.SocketPairs.Ends;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a relay leaves behind of its paces, and what it takes of a rate that it shares. */
class PacedRelayTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** So slow that whoever waits does so for longer than any test. */
    private static final Rate SLOW = new Rate(Rate.LEAST);

    private static final int A_DAY = 100_000_000;

    @AutoClose private final SocketPairs pairs = new SocketPairs();
    private final AtomicInteger released = new AtomicInteger();

    enum By {
        SPLICE,
        COPY,
        PORTABLE;

        Relay relay() {
            return this == PORTABLE
                    ? CopyRelay.copying(TunnelTimeouts.NONE)
                    : KernelRelay.moving(RelayMode.valueOf(name()), TunnelTimeouts.NONE);
        }
    }

    private Paces paces(Bucket up, Bucket down) {
        return new Paces(
                Allowance.over(List.of(up)),
                Allowance.over(List.of(down)),
                released::incrementAndGet);
    }

    private static Bucket owing(long bytes) {
        Bucket bucket = new Bucket(SLOW, System.nanoTime());
        long ignored = bucket.reserve(bytes, System.nanoTime());
        return bucket;
    }

    @ParameterizedTest
    @EnumSource
    void releasesItsPacesOnceWhenItEnds(By by) throws Exception {
        try (Ends ends = pairs.relay(by.relay(), paces(owing(0), owing(0)))) {
            ends.carriesBothWays();
            assertThat(released).hasValue(0);
            ends.resetByTheClient();
            ends.expectEnding(Relay.Cause.RESET, Side.CLIENT);
            assertThat(released).hasValue(1);
        }
    }

    /** Its bytes wait for a day, but whoever has none is not waited for. */
    @ParameterizedTest
    @EnumSource
    void seesWhoBreaksOffWhileTheOtherWaits(By by) throws Exception {
        try (Ends ends = pairs.relay(by.relay(), paces(owing(0), owing(A_DAY)))) {
            ends.remotePeer().getOutputStream().write(new byte[5_000]);
            ends.carriesUp();
            ends.resetByTheClient();
            ends.expectEnding(Relay.Cause.RESET, Side.CLIENT);
        }
    }

    /** An end with nothing before it costs nothing. */
    @ParameterizedTest
    @EnumSource
    void passesEndsOnWhoseverTurnItIs(By by) throws Exception {
        try (Ends ends = pairs.relay(by.relay(), paces(owing(A_DAY), owing(A_DAY)))) {
            ends.clientPeer().shutdownOutput();
            assertThat(ends.remotePeer().getInputStream().read()).isEqualTo(-1);
            ends.remotePeer().shutdownOutput();
            assertThat(ends.clientPeer().getInputStream().read()).isEqualTo(-1);
            ends.expectEnding(Relay.Cause.END_OF_STREAM, Side.CLIENT);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SPLICE", "COPY"})
    void givesBackWhatItWaitedFor(By by) throws Exception {
        Bucket down = owing(A_DAY);
        long before = down.backlog(0);
        try (Ends ends = pairs.relay(by.relay(), paces(owing(0), down))) {
            ends.remotePeer().getOutputStream().write(new byte[5_000]);
            await().atMost(PATIENCE).until(() -> down.backlog(0) > before);
            ends.resetByTheClient();
            ends.awaitTold();
            assertThat(down.backlog(0)).isBetween(before - 1, before + 1);
        }
    }
}
