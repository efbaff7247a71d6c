package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.ExpectedRefusal;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How many connections there are at a time, of all clients and of one. */
class ConnectionLimitTest {

    private static final String OTHER = "127.0.0.2";
    private static final int HAMMERED = 300;

    private static final String ONE = "--max-connections-per-client=1";

    /** One connection for each client. */
    @AutoClose
    private static final TestProxy one =
            TestProxy.with(ONE, "--tunnel-idle-timeout=2s", "--negotiation-timeout=60s");

    /** How a tunnel ends. */
    enum Ending {
        CLIENT_CLOSES {
            @Override
            void end(Peer client, Peer remote) throws IOException {
                client.close();
                remote.close();
            }
        },
        CLIENT_RESETS {
            @Override
            void end(Peer client, Peer remote) throws IOException {
                client.reset();
            }
        },
        REMOTE_RESETS {
            @Override
            void end(Peer client, Peer remote) throws IOException {
                remote.reset();
            }
        },
        BOTH_FINISH_ONE_AFTER_THE_OTHER {
            @Override
            void end(Peer client, Peer remote) throws IOException {
                client.finish();
                remote.expectEnd();
                remote.write("last words").finish();
                assertThat(client.readToEnd()).isEqualTo("last words");
            }
        },
        SILENCE {
            @Override
            void end(Peer client, Peer remote) throws IOException {
                client.readToClose();
            }
        };

        abstract void end(Peer client, Peer remote) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void turnsAwayAClientAtItsLimitAndNobodyElse(Wiring wiring) throws Exception {
        try (TestProxy proxy = TestProxy.with(ONE);
                Origin origin = Origin.listen();
                Peer _ = Wiring.SOCKS5.open(proxy, origin.target());
                Peer _ = origin.accept();
                Peer refused = wiring.connect(proxy);
                Peer other = Peer.from(OTHER, wiring.listener(proxy))) {
            if (wiring == Wiring.SOCKS5) {
                refused.expectClosed();
            } else {
                ExpectedRefusal.CLIENT_CONNECTION_LIMIT.expectHttp(refused);
                refused.expectEnd();
            }
            AccessLine line = proxy.accessLineOf(refused);
            assertThat(line.refusal()).as("%s", line).isEqualTo("client-connection-limit");
            assertThat(line.blame()).isEqualTo("by=client phase=negotiation errno=-");
            assertThat(line.detail())
                    .isEqualTo("127.0.0.1 has 1 connections, as many as a client may have");
            useAsOther(wiring, other, origin);
        }
    }

    private static void useAsOther(Wiring wiring, Peer client, Origin origin) throws IOException {
        client.write(wiring.request(origin.target()));
        try (Peer remote = origin.accept()) {
            if (wiring == Wiring.FORWARD) {
                Head.read(remote.in());
                remote.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                assertThat(Message.reply(client).body()).isEqualTo("ok");
            } else {
                wiring.expectAccepted(client);
                client.write("hello");
                assertThat(remote.readText(5)).isEqualTo("hello");
            }
        }
    }

    @Test
    void resetsATransparentClientAtItsLimit() throws Exception {
        try (TestProxy proxy =
                        Launch.withBothListeners("--tproxy-listen=127.0.0.1:0", ONE).start();
                Origin origin = Origin.listen();
                Peer _ = Wiring.CONNECT.open(proxy, origin.target())) {
            InetSocketAddress listener = proxy.tproxy();
            assertThatThrownBy(() -> Peer.to(listener).in().readAllBytes())
                    .hasMessageContaining("reset");
            AccessLine refused =
                    proxy.awaitAccessLine(line -> line.inbound().equals("transparent"));
            assertThat(refused.refusal()).isEqualTo("client-connection-limit");
            assertThatThrownBy(() -> Peer.from(OTHER, listener).in().readAllBytes())
                    .hasMessageContaining("reset");
            proxy.awaitAccessLine(line -> line.refusal().equals("not-redirected"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void isFreeAgainHoweverTheTunnelEnds(Ending ending) throws Exception {
        try (Origin origin = Origin.listen();
                Peer client = whenFree(Wiring.SOCKS5, origin);
                Peer remote = origin.accept()) {
            client.write("?");
            remote.read(1);
            try (Peer refused = Wiring.SOCKS5.connect(one)) {
                refused.expectClosed();
            }
            ending.end(client, remote);
            whenFree(Wiring.SOCKS5, origin).close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "CONNECT a:b HTTP/1.1\r\n\r\n", "GET http://127.0.0.1:1/ HTTP/1.1"})
    void isFreeAgainAfterAConnectionThatBecameNothing(String said) throws Exception {
        try (Origin origin = Origin.listen()) {
            whenFree(Wiring.CONNECT, origin).close();
            try (Peer client = Wiring.CONNECT.connect(one)) {
                client.write(said);
                client.finish();
                client.readToClose();
            }
            whenFree(Wiring.CONNECT, origin).close();
        }
    }

    /** A tunnel, as soon as the client may have one; to a remote that is left to the origin. */
    private static Peer whenFree(Wiring wiring, Origin origin) {
        AtomicReference<Peer> tunnel = new AtomicReference<>();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> {
                    Peer client = wiring.connect(one);
                    try {
                        client.write(wiring.request(origin.target()));
                        wiring.expectAccepted(client);
                        tunnel.set(client);
                        return true;
                    } catch (IOException | AssertionError turnedAway) {
                        client.close();
                        return false;
                    }
                });
        return tunnel.get();
    }

    @Test
    void slowsAClientThatOpensConnectionsTooFast() throws Exception {
        try (TestProxy proxy = TestProxy.with("--max-new-per-client=1")) {
            List<Message> refused = new ArrayList<>();
            for (int i = 0; i < HAMMERED && refused.isEmpty(); i++) {
                try (Peer client = Wiring.CONNECT.connect(proxy)) {
                    client.write("CONNECT a:b HTTP/1.1\r\n\r\n");
                    Message reply = Message.reply(client);
                    if (reply.status() == 429) {
                        refused.add(reply);
                    }
                }
            }
            assertThat(refused).hasSize(1);
            Head head = refused.getFirst().head();
            assertThat(head.values("Retry-After")).containsExactly("1");
            assertThat(head.values("Proxy-Status"))
                    .singleElement()
                    .asString()
                    .startsWith("conduit; error=connection_limit_reached");
            try (Peer other = Peer.from(OTHER, proxy.http())) {
                other.write("CONNECT a:b HTTP/1.1\r\n\r\n");
                assertThat(Message.reply(other).status()).isEqualTo(400);
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> {
                        try (Peer client = Wiring.CONNECT.connect(proxy)) {
                            client.write("CONNECT a:b HTTP/1.1\r\n\r\n");
                            return Message.reply(client).status() == 400;
                        }
                    });
        }
    }

    @Test
    void writesFewLinesOfAClientThatHammers() throws Exception {
        try (TestProxy proxy = TestProxy.with(ONE, "--negotiation-timeout=60s");
                Peer first = Wiring.SOCKS5.connect(proxy)) {
            for (int i = 0; i < HAMMERED; i++) {
                try (Peer client = Wiring.SOCKS5.connect(proxy)) {
                    client.expectClosed();
                }
            }
            first.finish();
            proxy.awaitAccessLine(line -> line.client().equals(first.address()));
            proxy.terminate();
            assertThat(proxy.accessLines())
                    .filteredOn(line -> line.refusal().equals("client-connection-limit"))
                    .hasSize(10);
            assertThat(proxy.log())
                    .anyMatch(line ->
                            line.endsWith(
                                    "127.0.0.1 was turned away at its limit %d times more, without a"
                                                    .formatted(HAMMERED - 10)
                                            + " line for each"));
        }
    }

    /** Those who read no answer, as it is given in full. */
    @Test
    void keepsSeatsForOthersFromAClientThatHammers() throws Exception {
        try (TestProxy proxy =
                        TestProxy.with("--max-connections=40", ONE, "--negotiation-timeout=60s");
                Origin origin = Origin.listen().serving(Origin::echo)) {
            List<Peer> hammering = new ArrayList<>();
            for (int i = 0; i < HAMMERED; i++) {
                hammering.add(Wiring.CONNECT.connect(proxy));
            }
            try (Peer other = Peer.from(OTHER, proxy.http())) {
                other.write(Wiring.CONNECT.request(origin.target()));
                Wiring.CONNECT.expectAccepted(other);
                assertThat(other.write("hello").readText(5)).isEqualTo("hello");
            }
            for (Peer client : hammering) {
                client.close();
            }
            assertThat(proxy.log()).noneMatch(line -> line.contains("kernel's queue"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "SOCKS5"})
    void letsClientsWaitWhileAllSeatsAreTakenAndLosesNone(Wiring wiring) throws Exception {
        try (TestProxy proxy = TestProxy.with("--max-connections=4", "--negotiation-timeout=60s");
                Origin origin = Origin.listen().serving(Origin::echo)) {
            Queue<Peer> tunnels = new ArrayDeque<>();
            for (int i = 0; i < 4; i++) {
                tunnels.add(wiring.open(proxy, origin.target()));
            }
            List<Peer> waiting = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                waiting.add(wiring.ask(proxy, origin.target()));
            }
            waiting.getFirst().expectSilence(Duration.ofMillis(300));
            for (Peer client : waiting) {
                Peer leaving = tunnels.remove();
                assertThat(leaving.write("still").readText(5)).isEqualTo("still");
                leaving.close();
                wiring.expectAccepted(client);
                assertThat(client.write("hello").readText(5)).isEqualTo("hello");
                tunnels.add(client);
            }
            for (Peer client : tunnels) {
                client.close();
            }
            assertThat(proxy.log())
                    .filteredOn(line -> line.contains("4 connections, as many as are accepted"))
                    .as("lines about the pause")
                    .hasSize(1);
        }
    }
}
