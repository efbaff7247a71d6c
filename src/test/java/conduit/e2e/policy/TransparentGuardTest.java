package conduit.e2e.policy;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.IpLiteral;
import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Installed;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.NetworkNamespace;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The attempts of {@link InternalAddressTest} by a client that does not know of conduit, as far as
 * its kernel sends them at all, and such clients at their limits.
 */
class TransparentGuardTest {

    private static final String CLIENT = "10.9.0.2";
    private static final String OTHER = "10.9.0.3";

    /** Resets that the limit of answers does not cover, and more lines than a minute has. */
    private static final int HAMMERING = 100;

    private static NetworkNamespace elsewhere;
    private static NetworkNamespace here;
    private static TestProxy strict;

    @BeforeAll
    static void start() {
        Installed.program("ip");
        Installed.program("nft");
        elsewhere = NetworkNamespace.open();
        here = NetworkNamespace.open();
        here.run(
                """
                ip link add c0 type veth peer name eth0 netns %s
                ip addr add 10.9.0.1/24 dev c0
                ip addr add fd09::1/64 dev c0 nodad
                ip link set c0 up
                ip rule add fwmark 1 lookup 100
                ip route add local default dev lo table 100
                ip -6 rule add fwmark 1 lookup 100
                ip -6 route add local default dev lo table 100
                """
                        .formatted(elsewhere.path()));
        elsewhere.run(
                """
                ip addr add 10.9.0.2/24 dev eth0
                ip addr add 10.9.0.3/24 dev eth0
                ip addr add fd09::2/64 dev eth0 nodad
                ip link set eth0 up
                ip route add default via 10.9.0.1
                ip -6 route add default via fd09::1
                """);
        strict = start("--guard=strict");
    }

    private static TestProxy start(String flag) {
        return here.call(() -> Launch.withOnly("--tproxy-listen=[::]:0", flag).start());
    }

    @AfterAll
    static void stop() {
        close(strict);
        here.close();
        elsewhere.close();
    }

    private static void close(TestProxy proxy) {
        here.call(() -> {
            proxy.close();
            return true;
        });
    }

    private static void bringTo(TestProxy proxy) {
        here.run(
                """
                nft flush ruleset
                nft -f - <<'END'
                table inet test {
                  chain prerouting {
                    type filter hook prerouting priority mangle
                    iifname "c0" meta l4proto tcp tproxy to :%d meta mark set 1 accept
                  }
                }
                END
                """
                        .formatted(proxy.tproxy().getPort()));
    }

    static Stream<InetAddress> addresses() {
        return InternalAddresses.LITERALS.stream()
                .map(literal -> InetAddress.ofLiteral(literal.replaceAll("^\\[|]$", "")))
                .distinct()
                .filter(TransparentGuardTest::leavesItsMachine);
    }

    private static boolean leavesItsMachine(InetAddress address) {
        if (address instanceof Inet4Address) {
            int first = address.getAddress()[0] & 0xff;
            boolean broadcast = address.getAddress()[3] == -1 && first == 255;
            return first != 0 && first != 127 && !address.isMulticastAddress() && !broadcast;
        }
        return !address.isLoopbackAddress()
                && !address.isAnyLocalAddress()
                && !address.isMulticastAddress()
                && !address.isLinkLocalAddress();
    }

    @ParameterizedTest
    @MethodSource("addresses")
    void refusesInternalAddresses(InetAddress address) {
        bringTo(strict);
        InetSocketAddress destination = new InetSocketAddress(address, 80);
        expectReset(CLIENT, destination);
        String asked = IpLiteral.withPort(destination);
        AccessLine line = strict.awaitAccessLine(each -> each.destination().equals(asked));
        assertThat(line.inbound()).isEqualTo("transparent");
        assertThat(line.refusal()).as("%s", line).isEqualTo("guarded-address");
        assertThat(line.detail()).as("%s", line).contains("which is guarded");
    }

    @Test
    void limitsTheConnectionsOfEachClient() throws Exception {
        TestProxy limited = start("--max-connections-per-client=1");
        bringTo(limited);
        try (Origin origin =
                here.call(
                        () -> Origin.at(InetAddress.ofLiteral("10.9.0.1")).serving(Origin::echo))) {
            InetSocketAddress destination = origin.target().address();
            try (Peer first = connect(CLIENT, destination)) {
                expectEcho(first);
                for (int i = 0; i < HAMMERING; i++) {
                    expectReset(CLIENT, destination);
                }
                try (Peer other = connect(OTHER, destination)) {
                    expectEcho(other);
                }
                expectEcho(first);
            }
            List<AccessLine> refused =
                    limited.accessLines().stream()
                            .filter(line -> line.refusal().equals("client-connection-limit"))
                            .toList();
            assertThat(refused).hasSizeBetween(1, 10);
            assertThat(refused).allMatch(line -> line.inbound().equals("transparent"));
        }
        close(limited);
    }

    private static void expectEcho(Peer client) throws IOException {
        assertThat(client.write("hello").readText(5)).isEqualTo("hello");
    }

    private static Peer connect(String from, InetSocketAddress destination) {
        return elsewhere.call(() -> connectHere(from, destination));
    }

    /** The reset may come before the client's kernel has told it of the connection. */
    private static void expectReset(String from, InetSocketAddress destination) {
        boolean reset =
                elsewhere.call(() -> {
                    try (Peer client = connectHere(from, destination)) {
                        client.in().readAllBytes();
                        return false;
                    } catch (IOException e) {
                        return !(e instanceof SocketTimeoutException);
                    }
                });
        assertThat(reset).as("a reset from %s", destination).isTrue();
    }

    private static Peer connectHere(String from, InetSocketAddress destination) throws IOException {
        return destination.getAddress() instanceof Inet4Address
                ? Peer.from(from, destination)
                : Peer.to(destination);
    }
}
