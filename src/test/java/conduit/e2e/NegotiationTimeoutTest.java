package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Socks5;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who does not come to the point is shown the door, and a byte now and then buys no time. */
class NegotiationTimeoutTest {

    private static final Duration PAUSE = Duration.ofMillis(100);

    /** Dripping all of it would take thirty seconds. */
    private static final int LONG = 300;

    @AutoClose private static final TestProxy proxy = TestProxy.with("--negotiation-timeout=1s");

    @ParameterizedTest
    @EnumSource(names = {"FORWARD", "SOCKS5"})
    void endsSilence(Wiring wiring) throws IOException {
        try (Peer client = wiring.connect(proxy)) {
            client.readToClose();
            expectTimeout(client);
        }
    }

    @Test
    void endsSilenceAfterTheSocksGreeting() throws IOException {
        try (Peer client = Wiring.SOCKS5.connect(proxy)) {
            client.write(Socks5.greeting(Socks5.NO_AUTHENTICATION));
            Socks5.expectNoAuthenticationChosen(client);
            client.readToClose();
            expectTimeout(client);
        }
    }

    @Test
    void isNotExtendedByDrippingAnHttpHead() throws IOException {
        expectTimeoutWhileDripping("GET http://127.0.0.1/" + "x".repeat(LONG), Wiring.FORWARD);
    }

    @Test
    void isNotExtendedByDrippingASocksGreeting() throws IOException {
        expectTimeoutWhileDripping("\5\u00ff" + "\0".repeat(LONG), Wiring.SOCKS5);
    }

    @Test
    void isNotExtendedByDrippingASocksRequest() throws IOException {
        String name = "x".repeat(250);
        expectTimeoutWhileDripping("\5\1\0" + "\5\1\0\3\u00fa" + name + "\0\120", Wiring.SOCKS5);
    }

    private static void expectTimeoutWhileDripping(String text, Wiring wiring) throws IOException {
        try (Peer client = wiring.connect(proxy)) {
            int sent = client.dripUntilClosed(text, PAUSE);
            assertThat(sent).as("bytes until the end").isLessThan(text.length());
            expectTimeout(client);
        }
    }

    private static void expectTimeout(Peer client) {
        AccessLine line = proxy.accessLineOf(client);
        assertThat(line.refusal()).as("%s", line).isEqualTo("negotiation-timed-out");
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "SOCKS5"})
    void isOverOnceTheTunnelStands(Wiring wiring) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = wiring.open(proxy, origin.target())) {
            Peer remote = origin.accept();
            client.expectSilence(Duration.ofMillis(1_500));
            client.write("still here");
            assertThat(remote.readText(10)).isEqualTo("still here");
        }
    }

    @Test
    void isOverOnceTheRequestHasCome() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            client.expectSilence(Duration.ofMillis(1_500));
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(Message.reply(client).body()).isEqualTo("ok");
        }
    }
}
