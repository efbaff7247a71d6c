package conduit.e2e.policy;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.ExpectedRefusal;
import conduit.e2e.kit.Installed;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.NetworkNamespace;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The guard as it is unless something else is asked for: clients from elsewhere do not reach what
 * is local to conduit's machine, and clients on it do.
 */
class LocalGuardTest {

    private static final ExpectedRefusal GUARDED =
            new ExpectedRefusal("guarded-address", 403, "destination_ip_prohibited", 2);

    private static final List<String> LOCAL =
            List.of(
                    "127.0.0.1",
                    "127.1.2.3",
                    "0.0.0.0",
                    "169.254.169.254",
                    "169.254.0.1",
                    "224.0.0.1",
                    "255.255.255.255",
                    "::1",
                    "::",
                    "::ffff:127.0.0.1",
                    "::127.0.0.1",
                    "64:ff9b::7f00:1",
                    "fe80::1",
                    "ff02::1",
                    "fd00:ec2::254",
                    "localhost");

    private static NetworkNamespace elsewhere;
    private static NetworkNamespace here;
    private static TestProxy proxy;
    private static Origin local;

    @BeforeAll
    static void start() {
        Installed.program("ip");
        elsewhere = NetworkNamespace.open();
        here = NetworkNamespace.open();
        here.run(
                """
                ip link add c0 type veth peer name eth0 netns %s
                ip addr add 10.9.0.1/24 dev c0
                ip addr add fe80::1/64 dev c0 nodad
                ip link set c0 up
                ip link add d0 type veth peer name d1
                ip link set d1 up
                ip addr add fe80::99/64 dev d0 nodad
                ip link set d0 up
                """
                        .formatted(elsewhere.path()));
        elsewhere.run(
                """
                ip addr add 10.9.0.2/24 dev eth0
                ip addr add fe80::99/64 dev eth0 nodad
                ip link set eth0 up
                """);
        proxy =
                here.call(() ->
                        Launch.withOnly(
                                        "--http-listen=0.0.0.0:0",
                                        "--http-listen=[::]:0",
                                        "--socks5-listen=0.0.0.0:0")
                                .start());
        local = here.call(() -> Origin.at(InetAddress.ofLiteral("127.0.0.1")));
    }

    @AfterAll
    static void stop() throws IOException {
        local.close();
        here.call(() -> {
            proxy.close();
            return proxy;
        });
        here.close();
        elsewhere.close();
    }

    static Stream<Arguments> everyLocalHost() {
        return Stream.of(Wiring.values())
                .flatMap(wiring -> LOCAL.stream().map(host -> Arguments.of(wiring, host)));
    }

    @ParameterizedTest
    @MethodSource("everyLocalHost")
    void keepsOthersFromWhatIsLocalHere(Wiring wiring, String host) throws IOException {
        Target target = new Target(host, local.target().port());
        int port = wiring.listener(proxy).getPort();
        try (Peer client = elsewhere.call(() -> Peer.to(new Target("10.9.0.1", port).address()))) {
            client.write(wiring.request(target));
            wiring.expectRefusal(client, GUARDED);
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.refusal()).as("%s", line).isEqualTo("guarded-address");
        }
        local.expectUntouched();
    }

    /** On another link the same link-local address is another machine's (RFC 4007, section 6). */
    @Test
    void takesNobodyForThisMachineByAnAddressOfAnotherLink() throws IOException {
        int link =
                Integer.parseInt(
                        elsewhere.output("ip -o link show eth0").replaceAll("(?s):.*", ""));
        byte[] gateway = InetAddress.ofLiteral("fe80::1").getAddress();
        int port = proxy.listener("http").get(1).getPort();
        try (Peer client =
                elsewhere.call(() ->
                        Peer.to(
                                new InetSocketAddress(
                                        Inet6Address.getByAddress(null, gateway, link), port)))) {
            client.write(Wiring.CONNECT.request(local.target()));
            Wiring.CONNECT.expectRefusal(client, GUARDED);
        }
        local.expectUntouched();
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "SOCKS5"})
    void letsClientsOnThisMachineHaveIt(Wiring wiring) throws IOException {
        int port = wiring.listener(proxy).getPort();
        try (Peer client = here.call(() -> Peer.to(new Target("10.9.0.1", port).address()));
                Peer sent = client.write(wiring.request(local.target()));
                Peer reached = local.accept()) {
            wiring.expectAccepted(sent);
            assertThat(reached.write("hello")).isNotNull();
            assertThat(client.readText(5)).isEqualTo("hello");
        }
    }
}
