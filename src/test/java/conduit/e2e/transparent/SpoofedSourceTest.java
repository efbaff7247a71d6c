package conduit.e2e.transparent;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.Installed;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.transparent.Networks.Version;
import conduit.e2e.transparent.TransparentTest.Means;
import java.net.InetAddress;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code --tproxy-spoof-source}: servers see the clients, as if no gateway were there. */
class SpoofedSourceTest {

    /** The gateway's address that it does not dial from by itself. */
    private static final String BOUND = Version.IPV4.gateway;

    /** What servers answer to the clients is for the gateway where it has the socket for it. */
    private static final String ANSWERS =
            """
            table inet answers {
              chain prerouting {
                type filter hook prerouting priority mangle
                iifname "s0" meta l4proto tcp socket wildcard 0 socket transparent 1 meta mark set 1 accept
              }
            }
            """;

    private static Networks networks;
    private static TestProxy proxy;

    static Stream<Arguments> everyMeansAndVersion() {
        return TransparentTest.everyMeansAndVersion();
    }

    @BeforeAll
    static void start() {
        Installed.program("nft");
        Installed.program("ip");
        networks = new Networks();
        proxy =
                networks.start(
                        Launch.withOnly(
                                "--tproxy-listen=[::]:0",
                                "--http-listen=127.0.0.1:0",
                                "--tproxy-spoof-source",
                                "--bind-address=" + BOUND,
                                "--dial-timeout=2s"));
    }

    @AfterAll
    static void stop() {
        networks.stop(proxy);
        networks.close();
    }

    @ParameterizedTest
    @MethodSource("everyMeansAndVersion")
    void theServerSeesTheClientAndEveryByteGoesThrough(Means means, Version version)
            throws Exception {
        networks.rules(means.rules(port()) + ANSWERS);
        Load up = Load.ofMegabytes(4, 1);
        Load down = Load.ofMegabytes(4, 2);
        try (Origin origin = networks.origin(version);
                Peer client = networks.connect(origin.target())) {
            Peer remote = origin.accept();
            assertThat(remote.otherEnd().getAddress().getHostAddress()).isEqualTo(version.client);
            assertThat(remote.otherEnd()).as("a port of its own").isNotEqualTo(client.address());
            Background<Boolean> uploading = up.sendAndFinish(client);
            assertThat(Load.Seen.in(remote.in())).isEqualTo(up.seen());
            uploading.result();
            Background<Boolean> downloading = down.sendAndFinish(remote);
            assertThat(Load.Seen.in(client.in())).isEqualTo(down.seen());
            downloading.result();

            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.outcome()).as("%s", line).isEqualTo("completed");
            assertThat(line.remote()).isEqualTo(origin.target().address());
        }
    }

    @Test
    void clientsThatKnowOfConduitAreNotSeen() throws Exception {
        networks.rules("");
        try (Origin origin = networks.origin(Version.IPV4);
                Peer client = networks.connectOnGateway(Target.of(proxy.http()))) {
            client.write("CONNECT %s HTTP/1.1\r\n\r\n".formatted(origin.target()));
            Peer remote = origin.accept();
            assertThat(remote.otherEnd().getAddress()).isEqualTo(InetAddress.ofLiteral(BOUND));
            remote.write("hello").finish();
            assertThat(client.readToEnd()).endsWith("\r\n\r\nhello");
        }
    }

    /**
     * The client does not know which of its ports conduit has dialled from, and may come from one
     * of them a moment later; to the same server, too.
     */
    @ParameterizedTest
    @EnumSource
    void takesTheClientsNextConnectionFromAPortThatConduitHasDialledFrom(Version version)
            throws Exception {
        networks.rules(Means.TPROXY_WITHOUT_CONNTRACK.rules(port()) + ANSWERS);
        try (Origin origin = networks.origin(version);
                Peer client = networks.connect(origin.target());
                Peer dialled = origin.accept()) {
            int port = dialled.otherEnd().getPort();
            try (Peer again = networks.connectFrom(port, origin.target());
                    Peer remote = origin.accept()) {
                assertThat(remote.write("first").otherEnd().getPort()).isNotEqualTo(port);
                assertThat(again.readText(5)).isEqualTo("first");
                again.finish();
                remote.expectEnd();
                remote.finish();
                again.expectEnd();
            }
            assertThat(client.write("hello").address().getPort()).isNotEqualTo(port);
            assertThat(dialled.readText(5)).isEqualTo("hello");
        }
    }

    /**
     * The gateway's own clients have the gateway's addresses, so their connections can come back.
     */
    @ParameterizedTest
    @EnumSource
    void cutsTheLoopOfARuleThatCatchesItsOwnConnections(Version version) throws Exception {
        networks.rules(
                """
                table inet test {
                  chain output {
                    type nat hook output priority -100
                    oifname "s0" meta l4proto tcp redirect to :%d
                  }
                }
                """
                        .formatted(port()));
        int before = proxy.accessLines().size();
        try (Origin origin = networks.origin(version)) {
            networks.expectResetOnGateway(origin.target());
            proxy.awaitAccessLine(line ->
                    line.refusal().equals("would-loop")
                            && line.client()
                                    .getAddress()
                                    .getHostAddress()
                                    .equals(version.gatewayToServer));
            origin.expectUntouched();
        }
        assertThat(proxy.accessLines().size() - before).as("connections").isLessThan(10);
    }

    /**
     * What answers a handshake that has come back goes to the client, which knows nothing of it.
     */
    @ParameterizedTest
    @EnumSource
    void dialsOnceThoughARuleBringsWhatItDialsBack(Version version) throws Exception {
        networks.rules(
                """
                table inet back {
                  chain output {
                    type route hook output priority mangle
                    oifname "s0" meta l4proto tcp meta mark set 1
                  }
                  chain prerouting {
                    type filter hook prerouting priority mangle
                    iifname "lo" meta mark 1 meta l4proto tcp tproxy to :%d accept
                  }
                }
                """
                                .formatted(port())
                        + Means.TPROXY.rules(port()));
        int before = proxy.accessLines().size();
        try (Origin origin = networks.origin(version);
                Peer client = networks.connect(origin.target())) {
            client.expectReset();
            assertThat(proxy.accessLineOf(client).refusal()).isEqualTo("connect-timed-out");
            origin.expectUntouched();
        }
        assertThat(proxy.accessLines().size() - before).as("connections").isEqualTo(1);
    }

    private static int port() {
        return proxy.tproxy().getPort();
    }
}
