package conduit.e2e.transparent;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Installed;
import conduit.e2e.kit.Launch;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A gateway where everything is as it should be, then one thing is broken: the doctor names it, and
 * the command that it says mends it. The doctor is mostly this process.
 */
class DoctorTest {

    private static final String REDIRECT =
            """
            table inet test {
              chain prerouting {
                type nat hook prerouting priority dstnat
                iifname "c0" meta l4proto tcp redirect to :%d
              }
            }
            """;

    private static final String TPROXY =
            """
            table inet test {
              chain prerouting {
                type filter hook prerouting priority mangle
                iifname "c0" meta l4proto tcp tproxy to :%d meta mark set 1 accept
              }
            }
            """;

    private static final String OWN =
            """
            table inet test {
              chain output {
                type nat hook output priority -100
                oifname "s0" meta l4proto tcp meta mark != 7 redirect to :%d
              }
            }
            """;

    private static Patient gateway;

    @BeforeAll
    static void start() {
        Installed.program("nft");
        Installed.program("ip");
        gateway = new Patient();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @AfterEach
    void recover() throws InterruptedException {
        gateway.recover();
    }

    @ParameterizedTest
    @CsvSource({"REDIRECT", "TPROXY", "OWN"})
    void saysOkWhereNothingIsWrong(String kind) {
        gateway.rules(
                switch (kind) {
                    case "REDIRECT" -> REDIRECT;
                    case "TPROXY" -> TPROXY;
                    default -> OWN;
                });
        gateway.expectHealthy();
        gateway.examine(new String[0]).expectHealthy();
    }

    @Test
    void saysSoInAProcessOfItsOwn() {
        gateway.rules(TPROXY);
        gateway.examineByAnother("--tproxy-listen=[::]:" + gateway.port, "--fwmark=7")
                .expectHealthy();
        gateway.inShell("ip route flush table 100");
        gateway.examineByAnother("--tproxy-listen=[::]:" + gateway.port, "--fwmark=7")
                .expect("route-ipv4", "FAIL");
    }

    @Test
    void warnsOfAnInterfaceThatIsNotThereAndTakesOneWithoutAnAddress() {
        gateway.install("--in-interface=c0 --in-interface=bare");
        Examined.Finding finding = gateway.examine().expect("interface", "WARN");
        assertThat(finding.says()).contains("arrives at bare, and there is no such interface");
        gateway.inShell("ip link add bare type bridge");
        gateway.expectHealthy();
    }

    /** Faults of the machine that conduit need not be started again for. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ip route flush table 100          | route-ipv4      | FAIL
                    ip -6 route flush table 100       | route-ipv6      | FAIL
                    ip rule del fwmark 1              | rule-ipv4       | FAIL
                    ip -6 rule del fwmark 1           | rule-ipv6       | FAIL
                    sysctl -qw net.ipv4.conf.c0.rp_filter=1      | rp_filter       | WARN
                    sysctl -qw net.ipv4.ip_forward=0             | forwarding-ipv4 | WARN
                    sysctl -qw net.ipv6.conf.all.forwarding=0    | forwarding-ipv6 | WARN
                    sysctl -qw net.core.somaxconn=128            | somaxconn       | WARN
                    sysctl -qw net.ipv4.ip_local_port_range='40000 40050' | port-range | WARN
                    """)
    void namesWhatIsBrokenOnTheMachine(String fault, String check, String verdict) {
        gateway.rules(TPROXY);
        gateway.inShell(fault);
        String mend = gateway.examine().expect(check, verdict).mend();
        gateway.inShell(mend);
        gateway.expectHealthy();
    }

    @ParameterizedTest
    @CsvSource({"redirect", "tproxy"})
    void namesRulesThatAreNotThere(String means) {
        gateway.withoutRoutes();
        Examined.Finding finding = gateway.examine().expect("rules", "FAIL");
        gateway.inShell(finding.mend() + " --means=" + means);
        gateway.expectHealthy();
    }

    @Test
    void namesRulesThatLeadToAnotherPort() throws Exception {
        gateway.install("--in-interface=c0 --means=tproxy");
        gateway.inShell(
                "conduit tproxy rules --to-port=9 --in-interface=c0 --means=tproxy --apply");
        Examined.Finding finding = gateway.examine().expect("rules", "FAIL");
        assertThat(finding.says()).contains("port 9", "port " + gateway.port);
        gateway.endConduit();
        gateway.startAs(finding.mend());
        gateway.examine("--tproxy-listen=[::]:9", "--fwmark=7").expectHealthy();
    }

    @Test
    void leavesRulesOfOthersThatLeadToAnotherPortAlone() {
        gateway.rules(REDIRECT.replace(":%d", ":9"));
        gateway.withoutRoutes();
        gateway.inShell(gateway.examine().expect("rules", "FAIL").mend());
        Examined mended = gateway.examine();
        mended.expect("rules", "OK");
        mended.expect("left-behind", "WARN");
    }

    @Test
    void namesAMarkThatNoRoutingRuleKnows() {
        gateway.rules(TPROXY.replace("mark set 1", "mark set 2"));
        Examined broken = gateway.examine();
        Examined.Finding finding = broken.expect("rule-ipv4", "FAIL");
        assertThat(finding.says()).contains("mark 2").contains("one for mark 1");
        gateway.inShell(finding.mend());
        gateway.inShell(broken.expect("rule-ipv6", "FAIL").mend());
        gateway.expectHealthy();
    }

    @Test
    void mendsRoutesSoThatConduitsToolKnowsThemAgain() {
        gateway.install("--in-interface=c0 --means=tproxy");
        gateway.withoutRoutes();
        Examined broken = gateway.examine();
        for (String check : List.of("rule-ipv4", "rule-ipv6", "route-ipv4", "route-ipv6")) {
            gateway.inShell(broken.expect(check, "FAIL").mend());
        }
        gateway.expectHealthy();
        gateway.inShell(
                "conduit tproxy rules --to-port=%d --in-interface=c0 --means=tproxy --apply"
                        .formatted(gateway.port));
        gateway.inShell("conduit tproxy rules --remove");
        assertThat(gateway.says("ip rule; ip -6 rule; ip route show table all"))
                .doesNotContain("fwmark", "table 100");
    }

    @Test
    void namesTheListenerThatIsNotThere() throws Exception {
        gateway.rules(TPROXY);
        gateway.endConduit();
        Examined.Finding finding = gateway.examine().expect("listener", "FAIL");
        assertThat(finding.says()).contains("conduit is not running");
        gateway.startAs(finding.mend());
        gateway.expectHealthy();
    }

    @Test
    void namesRulesThatWereLeftBehind() throws Exception {
        gateway.install("--in-interface=c0");
        gateway.endConduit();
        Examined.Finding finding = gateway.examine().expect("listener", "FAIL");
        assertThat(finding.says()).contains("not running");
        String removal = gateway.examine(new String[0]).expect("listener", "FAIL").mend();
        gateway.inShell(removal);
        assertThat(gateway.examine(new String[0]).expect("rules", "FAIL").says())
                .contains("no rule brings connections");
    }

    @Test
    void namesAListenerOnTheLoopbackDeviceAlone() throws Exception {
        gateway.rules(REDIRECT);
        gateway.endConduit();
        gateway.start(Launch.withOnly("--tproxy-listen=127.0.0.1:" + gateway.port, "--fwmark=7"));
        Examined broken =
                gateway.examine("--tproxy-listen=127.0.0.1:" + gateway.port, "--fwmark=7");
        broken.expect("address-ipv6", "FAIL");
        Examined.Finding finding = broken.expect("address-ipv4", "FAIL");
        assertThat(finding.says()).contains("127.0.0.1 alone");
        gateway.endConduit();
        gateway.startAs(finding.mend());
        gateway.expectHealthy();
    }

    @Test
    void namesTheCapabilityThatTproxyNeeds() throws Exception {
        gateway.rules(TPROXY);
        gateway.endConduit();
        String listen = "--tproxy-listen=[::]:" + gateway.port;
        gateway.start(
                Launch.withOnly(listen).under("setpriv", "--bounding-set=-net_admin,-net_raw"));
        Examined broken = gateway.examine(listen);
        broken.expect("transparent-ipv4", "FAIL");
        broken.expect("transparent-ipv6", "FAIL");
        String mend = broken.expect("capability", "FAIL").mend();
        gateway.endConduit();

        gateway.startAs(mend);
        Examined mended = gateway.examine(listen);
        mended.expectHealthy();
        assertThat(mended.expect("capability", "OK").says()).contains("ambient");
    }

    @Test
    void takesTheLesserCapabilityForEnough() throws Exception {
        gateway.rules(TPROXY);
        gateway.endConduit();
        String[] flags = {"--tproxy-listen=[::]:" + gateway.port, "--fwmark=7"};
        gateway.start(Launch.withOnly(flags).under("setpriv", "--bounding-set=-net_admin"));
        Examined examined = gateway.examine(flags);
        examined.expectHealthy();
        assertThat(examined.expect("capability", "OK").says()).startsWith("CAP_NET_RAW is");
    }

    @Test
    void namesWhatACanaryLeftThatWasKilled() {
        gateway.install("--in-interface=c0");
        String before = gateway.says("nft list ruleset");
        gateway.inShell(
                """
                nft add table inet conduit_canary_0123abcd
                nft 'add element inet conduit in_interfaces { "canary-0123abcd" comment "a canary of the doctor" }'
                """);
        Examined examined = gateway.examine();
        assertThat(examined.findings()).noneMatch(other -> other.check().equals("interface"));
        Examined.Finding finding = examined.expect("left-behind", "WARN");
        assertThat(finding.says())
                .isEqualTo(
                        "a canary that was killed has left table inet conduit_canary_0123abcd and"
                                + " canary-0123abcd in set in_interfaces");
        gateway.inShell(finding.mend());
        assertThat(gateway.says("nft list ruleset")).isEqualTo(before);
        gateway.expectHealthy();
    }

    @Test
    void namesAnInterfaceThatIsNotThereThoughACanaryCouldBeCalledSo() {
        gateway.install("--in-interface=c0 --in-interface=canary-12345");
        assertThat(gateway.examine().expect("interface", "WARN").says())
                .contains("arrives at canary-12345, and there is no such interface");
        assertThat(gateway.sendCanary().findings())
                .noneMatch(finding -> finding.check().equals("left-behind"));
        assertThat(gateway.says("nft list set inet conduit in_interfaces"))
                .contains("canary-12345");
    }

    @Test
    void namesTooFewDescriptors() {
        gateway.rules(TPROXY);
        gateway.inShell("prlimit --pid=%d --nofile=300:".formatted(gateway.pid()));
        Examined.Finding finding = gateway.examine().expect("nofile", "FAIL");
        assertThat(finding.says()).contains("not for 100");
        gateway.inShell(finding.mend());
        gateway.expectHealthy();
    }

    @Test
    void namesRulesThatCatchWhatConduitDials() {
        gateway.rules(OWN.replace("meta mark != 7", ""));
        gateway.inShell(gateway.examine().expect("own-traffic", "FAIL").mend());
        gateway.expectHealthy();
    }

    @Test
    void namesAMarkOfConduitsThatIsDeliveredHere() {
        gateway.rules(TPROXY);
        Examined.Finding finding =
                gateway.examine("--tproxy-listen=[::]:" + gateway.port, "--fwmark=1")
                        .expect("own-mark", "FAIL");
        assertThat(finding.mend())
                .isEqualTo("conduit --tproxy-listen=[::]:%d --fwmark=7".formatted(gateway.port));
    }

    @Test
    void namesTheSettingWithoutWhichNothingReaches127() {
        gateway.rules(
                REDIRECT.replace(
                        "meta l4proto tcp redirect to", "ip protocol tcp dnat ip to 127.0.0.1"));
        gateway.inShell(gateway.examine().expect("route_localnet", "FAIL").mend());
        gateway.expectHealthy();
    }
}
