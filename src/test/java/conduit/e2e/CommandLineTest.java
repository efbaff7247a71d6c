package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Finished;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the program does before and instead of serving. */
class CommandLineTest {

    private static final String HTTP = "--http-listen=127.0.0.1:0";

    @Test
    void helpNamesEveryFlag() throws InterruptedException {
        Finished help = Launch.withOnly("--help").run();
        assertThat(help.exitCode()).isEqualTo(0);
        assertThat(help.errors()).isEmpty();
        assertThat(help.output())
                .contains(
                        "--http-listen",
                        "--socks5-listen",
                        "--tproxy-listen",
                        "--upstream-mode",
                        "--upstream-addr",
                        "--dns-server",
                        "--dns-cache",
                        "--dial-timeout",
                        "--negotiation-timeout",
                        "--http-idle-timeout",
                        "--tcp-keepalive",
                        "--bind-address",
                        "--fwmark",
                        "--version");
    }

    @Test
    void versionIsOneLine() throws InterruptedException {
        Finished version = Launch.withOnly("--version").run();
        assertThat(version.exitCode()).isEqualTo(0);
        assertThat(version.output()).matches("[^\n]*\\d+\\.\\d+\\.\\d+[^\n]*\\R");
    }

    /**
     * A wrong command line.
     *
     * @param named what the message must name: the flag, and what was given
     */
    record Mistake(Launch launch, List<String> named) {
        @Override
        public String toString() {
            return String.join(" ", launch.flags());
        }
    }

    static Stream<Mistake> mistakes() {
        return Stream.of(
                new Mistake(Launch.withOnly(), List.of("--http-listen", "--socks5-listen")),
                new Mistake(
                        Launch.withOnly("tproxy", "rules", "--to-port=1", "--own"),
                        List.of("--own", "--exempt-mark", "--fwmark")),
                new Mistake(Launch.withOnly("tproxy", "ruls"), List.of("'ruls'", "rules")),
                mistake("--no-such-flag", "--no-such-flag"),
                mistake("--http-listen=nonsense", "--http-listen", "nonsense"),
                mistake("--http-listen=127.0.0.1", "--http-listen", "127.0.0.1"),
                mistake("--socks5-listen=127.0.0.1:65536", "--socks5-listen", "65536"),
                mistake("--socks5-listen=::1:1080", "--socks5-listen", "::1:1080"),
                mistake("--dns-server=dns.test", "--dns-server", "dns.test"),
                mistake("--dns-cache=-1", "--dns-cache", "-1"),
                mistake("--dial-timeout=0s", "--dial-timeout", "0s"),
                mistake("--negotiation-timeout=-1s", "--negotiation-timeout", "-1s"),
                mistake("--http-idle-timeout=ten", "--http-idle-timeout", "ten"),
                mistake("--tcp-keepalive=45:45", "--tcp-keepalive", "45:45"),
                mistake("--bind-address=eth0", "--bind-address", "eth0"),
                mistake("--fwmark=0", "--fwmark", "'0'"),
                mistake("--upstream-mode=ftp", "--upstream-mode", "ftp"),
                mistake("--upstream-mode=socks5", "--upstream-addr"),
                mistake("--upstream-addr=127.0.0.1:3128", "--upstream-addr"));
    }

    private static Mistake mistake(String flag, String... named) {
        return new Mistake(Launch.withOnly(HTTP, flag), List.of(named));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsExplainedInOneLine(Mistake mistake) throws InterruptedException {
        Finished refused = mistake.launch().run();
        assertThat(refused.exitCode()).as("%s", refused).isEqualTo(2);
        assertThat(refused.output()).isEmpty();
        assertThat(refused.errors()).singleElement().asString().contains(mistake.named());
    }

    @Test
    void aPortInUseIsExplainedInOneLine() throws IOException, InterruptedException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            expectPortInUse("127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void aJvmThatLeavesSignalsToTheSystemIsRefusedInOneLine() throws InterruptedException {
        Finished refused = Launch.withOnly("--version").onJvm("-Xrs").run();
        assertThat(refused.exitCode()).as("%s", refused).isEqualTo(1);
        assertThat(refused.errors())
                .singleElement()
                .asString()
                .isEqualTo("conduit: cannot handle SIGTERM: is -Xrs given?");
    }

    @Test
    void aPortOfAnotherConduitIsInUse() throws IOException, InterruptedException {
        try (TestProxy other = TestProxy.with()) {
            expectPortInUse("127.0.0.1:" + other.http().getPort());
        }
    }

    private static void expectPortInUse(String address) throws InterruptedException {
        Finished refused =
                Launch.withOnly("--socks5-listen=127.0.0.1:0", "--http-listen=" + address).run();
        assertThat(refused.exitCode()).as("%s", refused).isEqualTo(1);
        assertThat(refused.errors())
                .filteredOn(line -> !line.contains("listening: socks5"))
                .singleElement()
                .asString()
                .contains("http", address)
                .containsIgnoringCase("in use");
    }

    @Test
    void listensOnSeveralAddressesOfBothFamilies() throws IOException {
        Launch launch =
                Launch.withOnly(
                        "--http-listen=127.0.0.1:0",
                        "--http-listen=[::1]:0",
                        "--socks5-listen=127.0.0.1:0",
                        "--socks5-listen=[::1]:0");
        try (TestProxy proxy = launch.start();
                Origin origin = Origin.listen().serving(Origin::echo)) {
            for (var listener : proxy.listener("http")) {
                expectTunnel(Wiring.CONNECT, Peer.to(listener), origin);
            }
            for (var listener : proxy.listener("socks5")) {
                expectTunnel(Wiring.SOCKS5, Peer.to(listener), origin);
            }
            proxy.awaitAccessLines(4, _ -> true);
        }
    }

    private static void expectTunnel(Wiring wiring, Peer client, Origin origin) throws IOException {
        try (client) {
            client.write(wiring.request(origin.target()));
            wiring.expectAccepted(client);
            assertThat(client.write("hello").readText(5)).isEqualTo("hello");
        }
    }

    @Test
    void flagsMayBeFollowedByTheirValues() throws IOException {
        try (TestProxy proxy = Launch.withOnly(HTTP, "--dial-timeout", "1m30s").start()) {
            assertThat(proxy.http().getPort()).isPositive();
        }
    }
}
