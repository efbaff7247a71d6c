package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import conduit.config.RelayMode;
import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.Body;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Limited connections are slow and otherwise like any other: no byte is lost, no end, no break. */
class LimitedRateTest {

    private static final long MEGABYTE = 1_000_000;

    /** The rate of {@link #proxies}, and what takes it a second at least: a burst comes at once. */
    private static final String RATE = "--max-rate=2M";

    private static final Load SECOND_WORTH = new Load(MEGABYTE * 11 / 5, 1);
    private static final Load SECOND_BACK = new Load(MEGABYTE * 11 / 5, 2);
    private static final Duration AT_LEAST = Duration.ofSeconds(1);

    private static final Map<By, TestProxy> proxies = new EnumMap<>(By.class);

    @AfterAll
    static void close() throws IOException {
        for (TestProxy proxy : proxies.values()) {
            proxy.close();
        }
    }

    /** How bytes are moved. */
    enum By {
        AUTO,
        COPY,
        SPLICE,
        PORTABLE;

        TestProxy proxy() {
            return proxies.computeIfAbsent(this, By::start);
        }

        private static TestProxy start(By by) {
            return by.with(RATE, "--max-rate-per-client=100M", "--max-rate-total=1G");
        }

        TestProxy with(String... flags) {
            if (this == PORTABLE) {
                return Launch.withBothListeners(flags)
                        .onJvm("-Dio.netty.transport.noNative=true")
                        .start();
            }
            Launch launch = Launch.withBothListeners(flags);
            return launch.with("--relay=" + RelayMode.valueOf(name())).start();
        }
    }

    @ParameterizedTest
    @EnumSource
    void deliversEveryByteAndTheEndsAndTakesItsTime(By by) throws Exception {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.CONNECT.open(by.proxy(), origin.target())) {
            Peer remote = origin.accept();
            long begun = System.nanoTime();
            Background<Boolean> uploading = SECOND_WORTH.sendAndFinish(client);
            Background<Boolean> downloading = SECOND_BACK.sendAndFinish(remote);
            Background<Load.Seen> down = Background.of(() -> Load.Seen.in(client.in()));
            assertThat(Load.Seen.in(remote.in())).isEqualTo(SECOND_WORTH.seen());
            assertThat(tookSince(begun)).as("up").isGreaterThan(AT_LEAST);
            assertThat(down.result()).isEqualTo(SECOND_BACK.seen());
            assertThat(tookSince(begun)).as("down").isGreaterThan(AT_LEAST);
            uploading.result();
            downloading.result();
            AccessLine line = by.proxy().accessLineOf(client);
            assertThat(line.outcome()).as("%s", line).isEqualTo("completed");
            assertThat(line.up()).isEqualTo(SECOND_WORTH.size());
            assertThat(line.down()).isEqualTo(SECOND_BACK.size());
        }
    }

    /** Sent with the request, so that nothing but the handover ever moves it. */
    @ParameterizedTest
    @EnumSource
    void deliversWhatCameBehindTheRequest(By by) throws Exception {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.SOCKS5.connect(by.proxy())) {
            Load early = new Load(300_000, 3);
            client.write(Wiring.SOCKS5.request(origin.target()));
            Background<Boolean> sending = early.sendAndFinish(client);
            Wiring.SOCKS5.expectAccepted(client);
            Peer remote = origin.accept();
            assertThat(Load.Seen.in(remote.in())).isEqualTo(early.seen());
            sending.result();
            remote.finish();
            client.expectEnd();
            assertThat(by.proxy().accessLineOf(client).outcome()).isEqualTo("completed");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "PORTABLE"})
    void forwardsBodiesInFullAndTakesItsTime(By by) throws Exception {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(by.proxy())) {
            long begun = System.nanoTime();
            Background<Boolean> uploading =
                    Background.doing(() -> {
                        client.write(
                                "POST %s HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\n\r\n"
                                        .formatted(
                                                origin.target().url("/"),
                                                origin.target().authority()));
                        SECOND_WORTH.writeTo(Body.chunks(client.out()));
                        client.write("0\r\n\r\n");
                    });
            Peer remote = origin.accept();
            Head request = Head.read(remote.in());
            assertThat(Load.Seen.in(Body.ofRequest(request, remote.in())))
                    .isEqualTo(SECOND_WORTH.seen());
            assertThat(tookSince(begun)).as("up").isGreaterThan(AT_LEAST);
            uploading.result();
            begun = System.nanoTime();
            answers(remote, SECOND_BACK, client);
            assertThat(tookSince(begun)).as("down").isGreaterThan(AT_LEAST);

            // The next exchange has the same pace, and the same connections.
            client.write(Wiring.FORWARD.request(origin.target()));
            Head.read(remote.in());
            answers(remote, new Load(500_000, 4), client);
        }
    }

    private static void answers(Peer remote, Load load, Peer client) throws Exception {
        Background<Boolean> answering =
                Background.doing(() -> {
                    remote.write(
                            "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(load.size()));
                    load.writeTo(remote.out());
                });
        Head head = Head.read(client.in());
        assertThat(Load.Seen.in(Body.ofReply(head, client.in()))).isEqualTo(load.seen());
        answering.result();
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "PORTABLE"})
    void anAnswerThatEndsWithItsConnectionIsDeliveredInFull(By by) throws Exception {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(by.proxy(), origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            Load load = new Load(700_000, 5);
            Background<Boolean> answering =
                    Background.doing(() -> {
                        remote.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
                        load.writeTo(remote.out());
                        remote.close();
                    });
            Head head = Head.read(client.in());
            assertThat(Load.Seen.in(Body.ofReply(head, client.in()))).isEqualTo(load.seen());
            answering.result();
        }
    }

    @ParameterizedTest
    @EnumSource
    void passesAResetOnWhileTheOtherSideWaits(By by) throws Exception {
        TestProxy proxy = by.proxy();
        try (Origin origin = Origin.listen()) {
            int before = proxy.descriptorsAtRest();
            for (int i = 0; i < 5; i++) {
                try (Peer client = Wiring.CONNECT.open(proxy, origin.target())) {
                    Peer remote = origin.accept();
                    Background<Boolean> stuck =
                            Background.doing(() -> Load.ofMegabytes(64, 1).writeTo(remote.out()));
                    client.read(300_000);
                    client.reset();
                    assertThat(stuck.endsSomehow()).isFalse();
                    AccessLine line = proxy.accessLineOf(client);
                    assertThat(line.outcome() + " by " + line.by()).isEqualTo("reset by client");
                }
            }
            proxy.awaitDescriptors(before);
        }
    }

    @ParameterizedTest
    @EnumSource
    void passesAResetOfTheSenderOn(By by) throws Exception {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.CONNECT.open(by.proxy(), origin.target())) {
            Peer remote = origin.accept();
            Background<Boolean> stuck =
                    Background.doing(() -> Load.ofMegabytes(64, 1).writeTo(remote.out()));
            client.read(300_000);
            remote.reset();
            assertThat(stuck.endsSomehow()).isFalse();
            expectBreak(client);
            assertThat(by.proxy().accessLineOf(client).outcome()).isEqualTo("reset");
        }
    }

    @ParameterizedTest
    @EnumSource
    void waitingForATurnIsNotSilence(By by) throws Exception {
        try (TestProxy proxy = by.with("--max-rate=1Ki", "--tunnel-idle-timeout=300ms");
                Origin origin = Origin.listen();
                Peer client = Wiring.CONNECT.open(proxy, origin.target())) {
            Peer remote = origin.accept();
            Load load = new Load(3 * 1024, 1);
            load.sendAndFinish(remote).result();
            assertThat(Load.Seen.in(client.in())).isEqualTo(load.seen());
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsATunnelWhoseLifetimeIsOver(By by) throws Exception {
        try (TestProxy proxy = by.with("--max-tunnel-lifetime=500ms");
                Origin origin = Origin.listen();
                Peer client = Wiring.CONNECT.open(proxy, origin.target())) {
            Peer remote = origin.accept();
            client.expectEnd();
            remote.expectEnd();
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.outcome() + " by " + line.by()).isEqualTo("lifetime-over by us");
        }
    }

    /** What it has is not all there was, so it must not look like that. */
    @ParameterizedTest
    @EnumSource
    void resetsWhoIsOwedBytesWhenTheLifetimeIsOver(By by) throws Exception {
        try (TestProxy proxy = by.with("--max-rate=10K", "--max-tunnel-lifetime=500ms");
                Origin origin = Origin.listen();
                Peer client = Wiring.CONNECT.open(proxy, origin.target())) {
            Peer remote = origin.accept();
            new Load(100_000, 1).writeTo(remote.out());
            expectBreak(client);
            remote.close();
            assertThat(proxy.accessLineOf(client).outcome()).isEqualTo("lifetime-over");
        }
    }

    @Test
    void manyShareOneRateAndAllGetThrough() throws Exception {
        try (TestProxy proxy = By.AUTO.with("--max-rate-per-client=2M");
                Origin origin = Origin.listen()) {
            int before = proxy.descriptorsAtRest();
            long begun = System.nanoTime();
            List<Background<Load.Seen>> all = new ArrayList<>();
            Load load = new Load(SECOND_WORTH.size() / 40, 1);
            for (int i = 0; i < 40; i++) {
                Peer client = Wiring.SOCKS5.open(proxy, origin.target());
                Peer remote = origin.accept();
                all.add(Background.of(() -> receives(client, remote, load)));
            }
            for (Background<Load.Seen> one : all) {
                assertThat(one.result()).isEqualTo(load.seen());
            }
            assertThat(tookSince(begun)).isGreaterThan(AT_LEAST);
            proxy.awaitDescriptors(before);
        }
    }

    private static Load.Seen receives(Peer client, Peer remote, Load load) throws Exception {
        try (client;
                remote) {
            load.sendAndFinish(remote).result();
            return Load.Seen.in(client.in());
        }
    }

    private static void expectBreak(Peer client) {
        assertThatThrownBy(client::readToEnd).isInstanceOf(SocketException.class);
    }

    private static Duration tookSince(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun);
    }
}
