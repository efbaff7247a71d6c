package conduit.e2e.transparent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import conduit.config.Examination;
import conduit.config.flags.Invocation;
import conduit.doctor.Doctor;
import conduit.e2e.kit.Finished;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.NetworkNamespace;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.tproxy.CannotInstallException;
import conduit.tproxy.TproxyRules;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/**
 * A client, a gateway and a server, each in a network of its own; the gateway has a cable to each
 * of the other two and forwards between them.
 */
final class Networks implements AutoCloseable {

    /** The two versions of IP, and what the machines are called in them. */
    enum Version {
        IPV4("10.1.0.2", "10.1.0.1", "10.2.0.1", "10.2.0.2", "192.0.2.2"),
        IPV6(
                "fd01:0:0:0:0:0:0:2",
                "fd01:0:0:0:0:0:0:1",
                "fd02:0:0:0:0:0:0:1",
                "fd02:0:0:0:0:0:0:2",
                "2001:db8:0:0:0:0:0:2");

        final String client;

        /** Where the gateway's clients see it. */
        final String gateway;

        /** Where the server sees the gateway. */
        final String gatewayToServer;

        final String server;

        /** Another address of the server, of a network for documentation. */
        final String documented;

        Version(
                String client,
                String gateway,
                String gatewayToServer,
                String server,
                String documented) {
            this.client = client;
            this.gateway = gateway;
            this.gatewayToServer = gatewayToServer;
            this.server = server;
            this.documented = documented;
        }
    }

    /** Beside the server, and silent. */
    static final Target SILENT = new Target("10.2.0.99", 80);

    /** For canaries of this process: all their way is in this machine. */
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    private final NetworkNamespace client = NetworkNamespace.open();
    private final NetworkNamespace gateway = NetworkNamespace.open();
    private final NetworkNamespace server = NetworkNamespace.open();

    Networks() {
        gateway.run(
                """
                ip link add c0 type veth peer name eth0 netns %s
                ip link add s0 type veth peer name eth0 netns %s
                ip addr add 10.1.0.1/24 dev c0
                ip addr add fd01::1/64 dev c0 nodad
                ip addr add 10.2.0.1/24 dev s0
                ip addr add fd02::1/64 dev s0 nodad
                ip link set c0 up
                ip link set s0 up
                ip neigh add 10.2.0.99 lladdr 02:00:00:00:00:99 dev s0
                sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
                """
                        .formatted(client.path(), server.path()));
        deliverMarked();
        end(client, 1);
        end(server, 2);
        server.run("ip addr add 192.0.2.2/32 dev lo\nip addr add 2001:db8::2/128 dev lo nodad");
        gateway.run("ip route add 192.0.2.2 via 10.2.0.2\nip -6 route add 2001:db8::2 via fd02::2");
        client.awaitCables(1);
        gateway.awaitCables(2);
        server.awaitCables(1);
    }

    /** The addresses and routes that went when somebody switched IPv6 off on the gateway. */
    void giveIpv6Again() {
        gateway.run(
                """
                ip addr add fd01::1/64 dev c0 nodad
                ip addr add fd02::1/64 dev s0 nodad
                ip -6 route add 2001:db8::2 via fd02::2
                ip -6 route replace local default dev lo table 100
                """);
    }

    private static void end(NetworkNamespace machine, int net) {
        machine.run(
                """
                ip addr add 10.%1$d.0.2/24 dev eth0
                ip addr add fd0%1$d::2/64 dev eth0 nodad
                ip link set eth0 up
                ip route add default via 10.%1$d.0.1
                ip -6 route add default via fd0%1$d::1
                """
                        .formatted(net));
    }

    /** What TPROXY takes beside its rule: what has mark 1 is delivered to the gateway. */
    void deliverMarked() {
        gateway.run(
                """
                ip rule add fwmark 1 lookup 100
                ip route add local default dev lo table 100
                ip -6 rule add fwmark 1 lookup 100
                ip -6 route add local default dev lo table 100
                """);
    }

    /** Starts conduit on the gateway. */
    TestProxy start(Launch launch) {
        return gateway.call(launch::start);
    }

    /** Runs shell commands on the gateway, each of which must succeed; conduit is one of them. */
    void inShell(String commands) {
        gateway.run(Launch.asShellFunction() + commands);
    }

    /** Has the doctor look at the gateway. */
    Examined examine(List<String> prefix, String... flags) {
        List<String> all = new ArrayList<>(List.of("doctor", "--json"));
        all.addAll(List.of(flags));
        Launch launch =
                Launch.withOnly(all.toArray(String[]::new)).under(prefix.toArray(String[]::new));
        return Examined.of(gateway.call(launch::run));
    }

    /** The same by this process, which is quicker than a new one. */
    Examined examineFromHere(String... flags) {
        List<String> all = new ArrayList<>(List.of("doctor"));
        all.addAll(List.of(flags));
        Examination wanted =
                ((Invocation.Examine) Invocation.parse(all.toArray(String[]::new))).examination();
        return Examined.of(gateway.call(() -> Doctor.examine(wanted, PATIENCE)));
    }

    /**
     * Carries out {@code conduit tproxy rules} with these flags on the gateway, by this process.
     */
    String carryOut(String... flags) throws CannotInstallException {
        List<String> all = new ArrayList<>(List.of("tproxy", "rules"));
        all.addAll(List.of(flags));
        Invocation.TproxyRules asked =
                (Invocation.TproxyRules) Invocation.parse(all.toArray(String[]::new));
        Object done =
                gateway.call(() -> {
                    try {
                        return TproxyRules.carryOut(asked.task());
                    } catch (CannotInstallException e) {
                        return e;
                    }
                });
        if (done instanceof CannotInstallException failed) {
            throw failed;
        }
        return (String) done;
    }

    /** Starts a conduit on the gateway and waits for nothing. */
    Process begin(Launch launch) {
        return gateway.call(launch::process);
    }

    /** Closes a conduit of the gateway. */
    void stop(TestProxy proxy) {
        gateway.call(() -> {
            proxy.close();
            return true;
        });
    }

    /** Waits until the gateway has dialled somebody who does not answer. */
    void awaitDialling() {
        Awaitility.await().until(() -> gateway.connecting() > 0);
    }

    /** Starts a conduit beside the server. */
    TestProxy startBesideTheServer(Launch launch) {
        return server.call(launch::start);
    }

    /** Closes that one. */
    void stopBesideTheServer(TestProxy proxy) {
        server.call(() -> {
            proxy.close();
            return true;
        });
    }

    /** In place of the rules that the gateway had. */
    void rules(String nft) {
        gateway.run("nft flush ruleset\nnft -f - <<'END'\n" + nft + "\nEND\n");
    }

    /** Runs shell commands on the gateway, each of which must succeed; what they said. */
    String onGateway(String commands) {
        return gateway.output(commands);
    }

    /** What a step answers that is done on the gateway by this process. */
    <T> T onGateway(Callable<T> step) {
        return gateway.call(step);
    }

    /** Runs a conduit on the gateway that ends by itself. */
    Finished runOnGateway(Launch launch) {
        return gateway.call(launch::run);
    }

    /** A server that the client's network can reach. */
    Origin origin(Version version) {
        return server.call(() -> Origin.at(InetAddress.ofLiteral(version.server)));
    }

    /** The same server by its other address. */
    Origin documentedOrigin(Version version) {
        return server.call(() -> Origin.at(InetAddress.ofLiteral(version.documented)));
    }

    /** A server on the gateway itself. */
    Origin originOnGateway(Version version) {
        return gateway.call(() -> Origin.at(InetAddress.ofLiteral(version.gateway)));
    }

    /** A server in the client's network. */
    Origin originBesideTheClient(Version version) {
        return client.call(() -> Origin.at(InetAddress.ofLiteral(version.client)));
    }

    /** A connection from the server's network. */
    Peer connectFromTheServer(Target target) {
        return server.call(() -> Peer.to(target.address()));
    }

    /** A connection from the client's network that is not waited for. */
    SocketChannel beginToConnect(Target target) {
        return client.call(() -> begun(target));
    }

    /** The same from the gateway itself. */
    SocketChannel beginToConnectOnGateway(Target target) {
        return gateway.call(() -> begun(target));
    }

    private static SocketChannel begun(Target target) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.connect(target.address());
        return channel;
    }

    /** A connection from the client's network is refused. */
    void expectRefused(Target target) {
        client.call(() -> refused(target));
    }

    /** A connection from the gateway itself is refused. */
    void expectRefusedOnGateway(Target target) {
        gateway.call(() -> refused(target));
    }

    private static boolean refused(Target target) {
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> Peer.to(target.address()))
                .withMessageContaining("refused");
        return true;
    }

    /** A connection from the client's network. */
    Peer connect(Target target) {
        return client.call(() -> Peer.to(target.address()));
    }

    /** The same from this port. */
    Peer connectFrom(int port, Target target) {
        return client.call(() -> Peer.from(port, target.address()));
    }

    /** A connection from the gateway itself. */
    Peer connectOnGateway(Target target) {
        return gateway.call(() -> Peer.to(target.address()));
    }

    /** A connection from the client's network is reset. */
    void expectReset(Target target) {
        client.call(() -> reset(target));
    }

    /** A connection from the gateway itself is reset. */
    void expectResetOnGateway(Target target) {
        gateway.call(() -> reset(target));
    }

    /** At the first read, or as early as that while it is set up. */
    private static boolean reset(Target target) throws IOException {
        try (Peer peer = Peer.to(target.address())) {
            peer.expectReset();
        } catch (SocketException early) {
            assertThat(early).hasMessageContaining("reset");
        }
        return true;
    }

    @Override
    public void close() {
        client.close();
        gateway.close();
        server.close();
    }
}
