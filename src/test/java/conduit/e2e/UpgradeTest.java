package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.ProxyPerUpstream;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Upstream;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests whose client offers to switch protocols (RFC 9110, section 7.8). */
class UpgradeTest {

    private static final String WEBSOCKET =
            "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n";

    private static final String SWITCH =
            """
            HTTP/1.1 101 Switching Protocols
            Connection: Upgrade
            Upgrade: WebSocket
            Sec-WebSocket-Accept: y

            """
                    .replace("\n", "\r\n");

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @AutoClose private static final ProxyPerUpstream proxies = ProxyPerUpstream.with("--threads=1");

    private static TestProxy direct() throws IOException {
        return proxies.to(Upstream.DIRECT);
    }

    private static String request(Origin origin, String fields) {
        return "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n"
                .formatted(origin.target().url("/"), origin.target().authority(), fields);
    }

    /** A tunnel that stands, from the client's request to the client's answer. */
    private static Peer switched(Peer client, Origin origin) throws IOException {
        client.write(request(origin, WEBSOCKET));
        Peer remote = origin.accept();
        Head.read(remote.in());
        remote.write(SWITCH);
        assertThat(Message.reply(client).status()).isEqualTo(101);
        return remote;
    }

    @ParameterizedTest
    @EnumSource
    void becomesATunnelThatHasWhatCameBehindTheSwitchOnBothSides(Upstream upstream)
            throws IOException {
        TestProxy proxy = proxies.to(upstream);
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(request(origin, WEBSOCKET) + "early");
            Peer remote = origin.accept();
            Head asked = Head.read(remote.in());
            assertThat(asked.values("Upgrade")).containsExactly("websocket");
            assertThat(asked.values("Connection")).containsExactly("Upgrade");
            assertThat(asked.values("Sec-WebSocket-Key")).containsExactly("x");
            remote.write(SWITCH + "at once");

            Head told = Message.reply(client).head();
            assertThat(told.status()).isEqualTo(101);
            assertThat(told.values("Upgrade")).containsExactly("WebSocket");
            assertThat(told.values("Connection")).containsExactly("Upgrade");
            assertThat(told.values("Sec-WebSocket-Accept")).containsExactly("y");
            assertThat(client.readText(7)).isEqualTo("at once");
            assertThat(remote.readText(5)).isEqualTo("early");

            client.write("up").finish();
            assertThat(remote.readToEnd()).isEqualTo("up");
            remote.write("down").finish();
            assertThat(client.readToEnd()).isEqualTo("down");
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.text())
                    .contains("inbound=forward", "outcome=completed", "by=client", "phase=relay");
            assertThat(line.up()).isEqualTo("early".length() + "up".length());
            assertThat(line.down()).isEqualTo("at once".length() + "down".length());
        }
    }

    @Test
    void keepsAnEndOfStreamThatCameRightBehindTheSwitch() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(direct())) {
            client.write(request(origin, WEBSOCKET) + "all I have").finish();
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write(SWITCH + "and I").finish();
            assertThat(Message.reply(client).status()).isEqualTo(101);
            assertThat(client.readToEnd()).isEqualTo("and I");
            assertThat(remote.readToEnd()).isEqualTo("all I have");
        }
    }

    @Test
    void passesAResetOn() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(direct())) {
            Peer remote = switched(client, origin);
            client.reset();
            remote.expectReset();
            assertThat(direct().accessLineOf(client).outcome()).isEqualTo("reset");
        }
    }

    @Test
    void doesNotLetHalfOfARequestSwitch() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(direct())) {
            client.write(request(origin, WEBSOCKET + "Content-Length: 8\r\n") + "half");
            Peer remote = origin.accept();
            Head.read(remote.in());
            assertThat(remote.readText(4)).isEqualTo("half");
            remote.write(SWITCH + "at once");
            client.expectSilence(Duration.ofMillis(300));
            client.write("halfand more");
            assertThat(Message.reply(client).status()).isEqualTo(101);
            assertThat(client.readText(7)).isEqualTo("at once");
            assertThat(remote.readText(12)).isEqualTo("halfand more");
        }
    }

    @Test
    void saysThatAnOriginSwitchedAndLeftInTheMiddleOfARequest() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(direct())) {
            client.write(request(origin, WEBSOCKET + "Content-Length: 8\r\n") + "half");
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.readText(4);
            remote.write(SWITCH);
            client.expectSilence(Duration.ofMillis(300));
            remote.reset();
            client.write("half");
            assertThat(Message.reply(client).status()).isEqualTo(502);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n",
                "Connection: Upgrade\r\nUpgrade: H2C\r\nHTTP2-Settings: x\r\n",
                // Not for us to pass on: it is not named as an option.
                "Upgrade: websocket\r\n",
                "Connection: Upgrade\r\n",
                "Connection: Upgrade\r\nUpgrade: web socket\r\n",
            })
    void offersNothing(String fields) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(direct())) {
            client.write(request(origin, fields));
            Head asked = Head.read(origin.accept().in());
            for (String name : new String[] {"Upgrade", "Connection", "HTTP2-Settings"}) {
                assertThat(asked.has(name)).as("%s in %s", name, asked).isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECT", "HTTP"})
    void offersTheOthersWithoutHttp2(Upstream upstream) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxies.to(upstream))) {
            client.write(
                    request(
                            origin,
                            """
                            Connection: Upgrade, HTTP2-Settings
                            Upgrade: h2c, websocket
                            Upgrade: other/2
                            HTTP2-Settings: x
                            """
                                    .replace("\n", "\r\n")));
            Head asked = Head.read(origin.accept().in());
            assertThat(asked.values("Upgrade")).containsExactly("websocket,other/2");
            assertThat(asked.values("Connection")).containsExactly("Upgrade");
            assertThat(asked.has("HTTP2-Settings")).as("%s", asked).isFalse();
        }
    }

    @Test
    void offersNothingForAnHttp10Client() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(direct())) {
            client.write(request(origin, WEBSOCKET).replace("HTTP/1.1", "HTTP/1.0"));
            Peer remote = origin.accept();
            assertThat(Head.read(remote.in()).has("Upgrade")).isFalse();
            remote.write(SWITCH);
            assertThat(Message.reply(client).status()).isEqualTo(502);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: Upgrade\r\nUpgrade: h2c\r\n",
                "Connection: Upgrade\r\nUpgrade: websocket, other\r\n",
                "Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: no protocol\r\n",
                "Connection: Upgrade\r\n",
                "Upgrade: websocket\r\n",
            })
    void refusesASwitchToWhatWasNotOffered(String fields) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(direct())) {
            client.write(request(origin, WEBSOCKET));
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 101 Switching Protocols\r\n" + fields + "\r\nbytes");
            Message reply = Message.reply(client);
            assertThat(reply.status()).isEqualTo(502);
            assertThat(reply.body()).contains("not offered");
            remote.expectClosed();
        }
    }

    @Test
    void goesOnWithBothConnectionsAfterARefusedUpgrade() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(direct())) {
            client.write(request(origin, WEBSOCKET));
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write(OK);
            assertThat(Message.reply(client).body()).isEqualTo("ok");
            client.write(request(origin, ""));
            assertThat(Head.read(remote.in()).has("Upgrade")).isFalse();
            remote.write(OK);
            assertThat(Message.reply(client).body()).isEqualTo("ok");
        }
    }

    @Test
    void saysWhatAnOriginWantsTheClientToUpgradeTo() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(direct(), origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write(
                    """
                    HTTP/1.1 426 Upgrade Required
                    Connection: Upgrade
                    Upgrade: h2c, websocket
                    Content-Length: 0

                    """
                            .replace("\n", "\r\n"));
            Head told = Message.reply(client).head();
            assertThat(told.values("Upgrade")).containsExactly("websocket");
            assertThat(told.values("Connection")).containsExactly("Upgrade");
        }
    }

    @Test
    void doesNotUseTheConnectionAgain() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(direct());
                Peer next = Wiring.FORWARD.connect(direct())) {
            Peer remote = switched(client, origin);
            client.finish();
            remote.expectEnd();
            remote.finish();
            client.expectEnd();
            next.write(request(origin, ""));
            Peer fresh = origin.accept();
            Head.read(fresh.in());
            fresh.write(OK);
            assertThat(Message.reply(next).body()).isEqualTo("ok");
        }
    }

    @Test
    void endsWhenItIsSilentForTooLong() throws IOException {
        try (TestProxy impatient = TestProxy.with("--tunnel-idle-timeout=1s");
                Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(impatient)) {
            Peer remote = switched(client, origin);
            client.expectEnd();
            remote.expectEnd();
            assertThat(impatient.accessLineOf(client).outcome()).isEqualTo("idle-timeout");
        }
    }

    /** The origin is read no more, so that nothing else would end this. */
    @Test
    void givesTheRestOfARequestThatASwitchWaitsForTheTimeOfAnIdleConnection() throws IOException {
        try (TestProxy proxy = TestProxy.with("--http-idle-timeout=500ms");
                Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(request(origin, WEBSOCKET + "Content-Length: 10\r\n") + "abc");
            Peer remote = origin.accept();
            Head.read(remote.in());
            assertThat(remote.readText(3)).isEqualTo("abc");
            remote.write(SWITCH);
            assertThat(Message.reply(client).status()).isEqualTo(400);
            remote.readToClose();
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.refusal()).as("%s", line).isEqualTo("malformed-request");
        }
    }
}
