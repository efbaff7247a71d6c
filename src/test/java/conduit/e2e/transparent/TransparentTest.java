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
import conduit.e2e.kit.Upstream;
import conduit.e2e.transparent.Networks.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients whose connections a firewall rule on the gateway brings to conduit. */
class TransparentTest {

    /** How the rule does it. */
    enum Means {
        REDIRECT {
            @Override
            String rules(int port) {
                return """
                table inet test {
                  chain prerouting {
                    type nat hook prerouting priority dstnat
                    iifname "c0" meta l4proto tcp redirect to :%d
                  }
                }
                """
                        .formatted(port);
            }
        },
        TPROXY {
            @Override
            String rules(int port) {
                return """
                table inet test {
                  chain prerouting {
                    type filter hook prerouting priority mangle
                    iifname "c0" meta l4proto tcp tproxy to :%d meta mark set 1 accept
                  }
                }
                """
                        .formatted(port);
            }
        },
        /** Conntrack does not know the connection, so that nothing could be asked of it. */
        TPROXY_WITHOUT_CONNTRACK {
            @Override
            String rules(int port) {
                return """
                table inet untracked {
                  chain prerouting {
                    type filter hook prerouting priority raw
                    notrack
                  }
                  chain output {
                    type filter hook output priority raw
                    notrack
                  }
                }
                """
                        + TPROXY.rules(port);
            }
        };

        abstract String rules(int port);
    }

    private static Networks networks;
    private static TestProxy proxy;

    static Stream<Arguments> everyMeansAndVersion() {
        return Arrays.stream(Means.values())
                .flatMap(means ->
                        Arrays.stream(Version.values())
                                .map(version -> Arguments.of(means, version)));
    }

    @BeforeAll
    static void startWithoutRules() {
        Installed.program("nft");
        Installed.program("ip");
        networks = new Networks();
        proxy = start();
    }

    @AfterAll
    static void stop() {
        networks.stop(proxy);
        networks.close();
    }

    @ParameterizedTest
    @MethodSource("everyMeansAndVersion")
    void carriesEveryByteAndEachEndOfStream(Means means, Version version) throws Exception {
        networks.rules(means.rules(proxy.tproxy().getPort()));
        Load up = Load.ofMegabytes(4, 1);
        Load down = Load.ofMegabytes(4, 2);
        try (Origin origin = networks.origin(version);
                Peer client = networks.connect(origin.target())) {
            Peer remote = origin.accept();
            assertThat(remote.otherEnd().getAddress().getHostAddress())
                    .as("who dials the server")
                    .isEqualTo(version.gatewayToServer);
            Background<Boolean> uploading = up.sendAndFinish(client);
            assertThat(Load.Seen.in(remote.in())).isEqualTo(up.seen());
            uploading.result();
            Background<Boolean> downloading = down.sendAndFinish(remote);
            assertThat(Load.Seen.in(client.in())).isEqualTo(down.seen());
            downloading.result();

            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.inbound()).isEqualTo("transparent");
            assertThat(line.outcome()).as("%s", line).isEqualTo("completed");
            assertThat(line.remote()).isEqualTo(origin.target().address());
            assertThat(line.up()).isEqualTo(up.size());
            assertThat(line.down()).isEqualTo(down.size());
        }
    }

    /** Those of the gateway itself: conduit's own are told from them by their mark. */
    @ParameterizedTest
    @EnumSource
    void takesConnectionsOfItsOwnMachineButNotItsOwn(Version version) throws Exception {
        TestProxy marking = start("--fwmark=7");
        networks.rules(
                """
                table inet test {
                  chain output {
                    type nat hook output priority -100
                    oifname "s0" meta l4proto tcp meta mark != 7 redirect to :%d
                  }
                }
                """
                        .formatted(marking.tproxy().getPort()));
        try (Origin origin = networks.origin(version).serving(Origin::echo);
                Peer client = networks.connectOnGateway(origin.target())) {
            assertThat(client.write("hello").readText(5)).isEqualTo("hello");
            client.finish();
            client.expectEnd();
            assertThat(marking.accessLineOf(client).outcome()).isEqualTo("completed");
        }
        networks.stop(marking);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS5"})
    void goesOutThroughAParent(Upstream upstream) throws Exception {
        String server = Version.IPV4.server;
        TestProxy parent =
                networks.startBesideTheServer(
                        Launch.withOnly(
                                "--http-listen=" + server + ":0",
                                "--socks5-listen=" + server + ":0"));
        TestProxy child =
                start(
                        upstream.flag(
                                Target.of(
                                        upstream == Upstream.HTTP
                                                ? parent.http()
                                                : parent.socks5())));
        networks.rules(Means.REDIRECT.rules(child.tproxy().getPort()));
        try (Origin origin = networks.origin(Version.IPV4);
                Peer client = networks.connect(origin.target())) {
            Peer remote = origin.accept();
            remote.write("banner");
            assertThat(client.readText(6)).isEqualTo("banner");
            client.write("hello").finish();
            assertThat(remote.readToEnd()).isEqualTo("hello");
        }
        networks.stop(child);
        networks.stopBesideTheServer(parent);
    }

    @Test
    void servesRedirectWithoutTheCapabilityForTproxyAndSaysSo() throws Exception {
        TestProxy without =
                networks.start(
                        Launch.withOnly("--tproxy-listen=[::]:0", "--http-listen=127.0.0.1:0")
                                .under("setpriv", "--bounding-set=-net_admin,-net_raw"));
        assertThat(without.log())
                .filteredOn(line -> line.contains("TPROXY is off"))
                .singleElement()
                .asString()
                .contains("CAP_NET_RAW or CAP_NET_ADMIN");
        networks.rules(Means.REDIRECT.rules(without.tproxy().getPort()));
        try (Origin origin = networks.origin(Version.IPV4).serving(Origin::echo);
                Peer client = networks.connect(origin.target())) {
            assertThat(client.write("hello").readText(5)).isEqualTo("hello");
        }
        networks.stop(without);
    }

    @Test
    void writesDownAClientForWhomItDialledWhenItWasToldToStop() throws Exception {
        TestProxy stopping = start("--dial-timeout=1m");
        networks.rules(Means.REDIRECT.rules(stopping.tproxy().getPort()));
        try (Peer client = networks.connect(Networks.SILENT)) {
            networks.awaitDialling();
            assertThat(stopping.terminate()).isZero();
            assertThat(stopping.accessLines())
                    .as(() -> String.join("\n", stopping.log()))
                    .singleElement()
                    .satisfies(line -> assertThat(line.client()).isEqualTo(client.address()));
        }
        networks.stop(stopping);
    }

    private static TestProxy start(String... flags) {
        List<String> all = new ArrayList<>(List.of(flags));
        all.add("--tproxy-listen=[::]:0");
        all.add("--http-listen=127.0.0.1:0");
        return networks.start(Launch.withOnly(all.toArray(String[]::new)));
    }

    @ParameterizedTest
    @EnumSource
    void resetsWhoeverConnectsStraightToTheListener(Version version) throws Exception {
        networks.rules("");
        Target listener = new Target(version.gateway, proxy.tproxy().getPort());
        networks.expectReset(listener);
        AccessLine line = proxy.awaitAccessLine(is -> is.refusal().equals("not-redirected"));
        assertThat(line.blame()).isEqualTo("by=client phase=negotiation errno=-");
    }

    /** The rule that catches what clients of this machine dial catches what conduit dials, too. */
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
                        .formatted(proxy.tproxy().getPort()));
        int before = proxy.accessLines().size();
        try (Origin origin = networks.origin(version)) {
            networks.expectResetOnGateway(origin.target());
            AccessLine looped = proxy.awaitAccessLine(is -> is.refusal().equals("would-loop"));
            assertThat(looped.blame()).isEqualTo("by=us phase=negotiation errno=-");
            origin.expectUntouched();
        }
        assertThat(proxy.accessLines().size() - before).as("connections").isLessThan(10);
    }
}
