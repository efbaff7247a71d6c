package conduit.e2e.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.ExpectedRefusal;
import conduit.e2e.kit.Family;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Socks5;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Upstream;
import conduit.e2e.kit.Wiring;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whoever asks conduit to connect to itself is told so, by whichever name or address it was; a
 * request that comes back goes no further.
 */
class LoopTest {

    @AutoClose private static final TestProxy loopback = TestProxy.with();

    @AutoClose
    private static final TestProxy everywhere =
            Launch.withOnly("--http-listen=0.0.0.0:0", "--socks5-listen=[::]:0").start();

    @ParameterizedTest
    @EnumSource
    void refusesToDialItsOwnListeners(Wiring wiring) throws IOException {
        for (InetSocketAddress listener : List.of(loopback.http(), loopback.socks5())) {
            // The unspecified address leads to the loopback device.
            for (String self : List.of("127.0.0.1", "localhost", "0.0.0.0")) {
                expectLoop(loopback, wiring, new Target(self, listener.getPort()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesToDialAWildcardListenerByAnyLocalAddress(Wiring wiring) throws IOException {
        for (String self : List.of("127.0.0.1", "127.1.2.3", "0.0.0.0", "localhost")) {
            expectLoop(everywhere, wiring, new Target(self, everywhere.http().getPort()));
            expectLoop(everywhere, wiring, new Target(self, everywhere.socks5().getPort()));
        }
        for (String self : List.of("::1", "::")) {
            expectLoop(everywhere, wiring, new Target(self, everywhere.socks5().getPort()));
        }
        for (String self : addressesOfThisMachine()) {
            expectLoop(everywhere, wiring, new Target(self, everywhere.socks5().getPort()));
        }
    }

    private static List<String> addressesOfThisMachine() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLinkLocalAddress() && !address.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .map(address -> address.replaceAll("%.*", ""))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void refusesToDialItselfByAMappedAddress(Wiring wiring) throws IOException {
        for (TestProxy proxy : List.of(loopback, everywhere)) {
            int port = proxy.http().getPort();
            try (Peer client = wiring.connect(proxy).write(requestByMappedAddress(wiring, port))) {
                expectLoop(proxy, wiring, client);
            }
        }
    }

    /** 127.0.0.1 as an IPv6 address (RFC 4291, section 2.5.5.2). */
    private static byte[] requestByMappedAddress(Wiring wiring, int port) {
        if (wiring != Wiring.SOCKS5) {
            return wiring.request(new Target("::ffff:127.0.0.1", port));
        }
        byte[] address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, 127, 0, 0, 1};
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(Socks5.greeting(Socks5.NO_AUTHENTICATION));
        both.writeBytes(Socks5.request(Socks5.CONNECT, Socks5.IPV6, address, port));
        return both.toByteArray();
    }

    @ParameterizedTest
    @EnumSource
    void dialsTheSamePortElsewhere(Wiring wiring) throws IOException {
        Target neighbour = new Target("127.0.0.2", loopback.http().getPort());
        try (Peer client = wiring.ask(loopback, neighbour)) {
            wiring.expectRefusal(client, ExpectedRefusal.CONNECTION_REFUSED);
        }
    }

    @Test
    void warnsOfAllOfThemOnce() throws IOException {
        for (int i = 0; i < 100; i++) {
            expectLoop(loopback, Wiring.CONNECT, Target.of(loopback.http()));
        }
        assertThat(loopback.log().stream().filter(line -> line.matches("\\S+ WARN .*loop.*")))
                .as("warnings, of which there may be one in a while")
                .hasSizeBetween(1, 2);
    }

    @ParameterizedTest
    @EnumSource(names = {"FORWARD", "CONNECT"})
    void refusesARequestThatHasBeenHereBefore(Wiring wiring) throws IOException {
        try (PlayedParent parent = PlayedParent.of(Upstream.HTTP)) {
            String own = viaOfARequest(parent, wiring, "1.1 another");
            assertThat(own).matches("1\\.1 another, 1\\.1 \\S+");
            String pseudonym = own.substring(own.lastIndexOf(' ') + 1);
            for (String via :
                    List.of(
                            "1.1 " + pseudonym,
                            "1.0 " + pseudonym + " (a comment)",
                            "HTTP/1.1 first:80, 1.1 " + pseudonym + ", 1.1 last")) {
                try (Peer client = wiring.connect(parent.child())) {
                    client.write(withVia(wiring, via));
                    expectLoop(parent.child(), wiring, client);
                }
            }
        }
    }

    /** The Via that the parent is shown, as one value, when the client's request had this one. */
    private static String viaOfARequest(PlayedParent parent, Wiring wiring, String via)
            throws IOException {
        try (Peer client = wiring.connect(parent.child())) {
            client.write(withVia(wiring, via));
            try (Peer peer = parent.accept()) {
                return String.join(", ", Head.read(peer.in()).values("Via"));
            }
        }
    }

    private static byte[] withVia(Wiring wiring, String via) {
        String request = new String(wiring.request(PlayedParent.ANYWHERE), ISO_8859_1);
        return request.replace("\r\n\r\n", "\r\nVia: " + via + "\r\n\r\n").getBytes(ISO_8859_1);
    }

    /** An address in between hides that the parent is conduit itself. */
    @Test
    void cutsALoopThroughAParent() throws IOException {
        Target self = Target.closed(Family.IPV4);
        try (Stretch between = Stretch.to(self.address(), Duration.ZERO);
                TestProxy proxy =
                        Launch.withOnly(
                                        "--http-listen=" + self,
                                        "--socks5-listen=127.0.0.1:0",
                                        Upstream.HTTP.flag(between.target()))
                                .start()) {
            for (Wiring wiring : Wiring.values()) {
                try (Peer client = wiring.ask(proxy, PlayedParent.ANYWHERE)) {
                    expectTurnedAway(wiring, client);
                    proxy.accessLineOf(client);
                }
            }
            assertThat(proxy.awaitAccessLines(6, _ -> true))
                    .as("the clients', and those that came back, each once")
                    .hasSize(6)
                    .filteredOn(line -> line.refusal().equals("would-loop"))
                    .hasSizeGreaterThanOrEqualTo(3);
        }
    }

    /** Whether the client is told the parent's reason or that there was one. */
    private static void expectTurnedAway(Wiring wiring, Peer client) throws IOException {
        if (wiring == Wiring.SOCKS5) {
            Socks5.expectNoAuthenticationChosen(client);
            assertThat(Socks5.Reply.read(client).code()).isIn(1, 2);
        } else {
            assertThat(Message.reply(client).status()).isIn(502, 508);
        }
    }

    @Test
    void isNotItsOwnParent() throws IOException {
        Target self = Target.closed(Family.IPV4);
        Launch launch =
                Launch.withOnly(
                        "--http-listen=127.0.0.1:0",
                        "--socks5-listen=" + self,
                        Upstream.SOCKS5.flag(self));
        try (TestProxy proxy = launch.start()) {
            for (Wiring wiring : Wiring.values()) {
                expectLoop(proxy, wiring, PlayedParent.ANYWHERE);
            }
        }
    }

    private static void expectLoop(TestProxy proxy, Wiring wiring, Target self) throws IOException {
        try (Peer client = wiring.ask(proxy, self)) {
            expectLoop(proxy, wiring, client);
        }
    }

    private static void expectLoop(TestProxy proxy, Wiring wiring, Peer client) throws IOException {
        wiring.expectRefusal(client, ExpectedRefusal.WOULD_LOOP);
        AccessLine line = proxy.accessLineOf(client);
        assertThat(line.refusal()).as("%s", line).isEqualTo("would-loop");
    }
}
