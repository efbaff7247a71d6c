package conduit.e2e.transparent;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Installed;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.TestProxy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A gateway where everything is as it should be, then one thing is broken: the doctor names it, and
 * the command that it says mends it.
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

    private Networks networks;
    private final List<TestProxy> proxies = new ArrayList<>();
    private int port;

    @BeforeEach
    void start() {
        Installed.program("nft");
        Installed.program("ip");
        networks = new Networks();
        port = start(Launch.withOnly("--tproxy-listen=[::]:0", "--fwmark=7")).tproxy().getPort();
    }

    @AfterEach
    void stop() throws Exception {
        for (TestProxy proxy : proxies) {
            networks.stop(proxy);
        }
        networks.close();
    }

    private TestProxy start(Launch launch) {
        TestProxy proxy = networks.start(launch.with("--http-listen=127.0.0.1:0"));
        proxies.add(proxy);
        return proxy;
    }

    private void rules(String text) {
        networks.rules(text.formatted(port));
    }

    private Examined examine() {
        return examine("--tproxy-listen=[::]:" + port, "--fwmark=7");
    }

    private Examined examine(String... flags) {
        List<String> all = new ArrayList<>(List.of(flags));
        all.add("--connections=100");
        return networks.examine(List.of(), all.toArray(String[]::new));
    }

    /** conduit ends; the rules stay. */
    private void endConduit() throws InterruptedException {
        assertThat(proxies.getFirst().terminate()).isZero();
    }

    /** A command {@code conduit ...} is run by the test, which must know when it is ready. */
    private void startAs(String command) {
        assertThat(command).startsWith("conduit ");
        String[] flags = command.substring("conduit ".length()).split(" ", -1);
        start(Launch.withOnly(flags));
    }

    @ParameterizedTest
    @CsvSource({"REDIRECT", "TPROXY", "OWN"})
    void saysOkWhereNothingIsWrong(String kind) {
        rules(
                switch (kind) {
                    case "REDIRECT" -> REDIRECT;
                    case "TPROXY" -> TPROXY;
                    default -> OWN;
                });
        examine().expectHealthy();
        examine(new String[0]).expectHealthy();
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
        rules(TPROXY);
        networks.inShell(fault);
        String mend = examine().expect(check, verdict).mend();
        networks.inShell(mend);
        examine().expectHealthy();
    }

    @Test
    void namesAMarkThatNoRoutingRuleKnows() {
        rules(TPROXY.replace("mark set 1", "mark set 2"));
        Examined broken = examine();
        Examined.Finding finding = broken.expect("rule-ipv4", "FAIL");
        assertThat(finding.says()).contains("mark 2").contains("one for mark 1");
        networks.inShell(finding.mend());
        networks.inShell(broken.expect("rule-ipv6", "FAIL").mend());
        examine().expectHealthy();
    }

    @Test
    void namesTheListenerThatIsNotThere() throws Exception {
        rules(TPROXY);
        endConduit();
        Examined.Finding finding = examine().expect("listener", "FAIL");
        assertThat(finding.says()).contains("conduit is not running");
        startAs(finding.mend());
        examine().expectHealthy();
    }

    @Test
    void namesRulesThatWereLeftBehind() throws Exception {
        rules(REDIRECT);
        endConduit();
        Examined.Finding finding = examine().expect("listener", "FAIL");
        assertThat(finding.says()).contains("not running");
        String removal = examine(new String[0]).expect("listener", "FAIL").mend();
        networks.inShell(removal);
        assertThat(examine(new String[0]).expect("rules", "FAIL").says())
                .contains("no rule brings connections");
    }

    @Test
    void namesAListenerOnTheLoopbackDeviceAlone() throws Exception {
        rules(REDIRECT);
        endConduit();
        start(Launch.withOnly("--tproxy-listen=127.0.0.1:" + port, "--fwmark=7"));
        Examined broken = examine("--tproxy-listen=127.0.0.1:" + port, "--fwmark=7");
        broken.expect("address-ipv6", "FAIL");
        Examined.Finding finding = broken.expect("address-ipv4", "FAIL");
        assertThat(finding.says()).contains("127.0.0.1 alone");
        assertThat(proxies.getLast().terminate()).isZero();
        startAs(finding.mend());
        examine().expectHealthy();
    }

    @Test
    void namesTheCapabilityThatTproxyNeeds() throws Exception {
        rules(TPROXY);
        endConduit();
        String listen = "--tproxy-listen=[::]:" + port;
        start(Launch.withOnly(listen).under("setpriv", "--bounding-set=-net_admin,-net_raw"));
        Examined broken = examine(listen);
        broken.expect("transparent-ipv4", "FAIL");
        broken.expect("transparent-ipv6", "FAIL");
        String mend = broken.expect("capability", "FAIL").mend();
        assertThat(proxies.getLast().terminate()).isZero();

        int conduit = mend.indexOf("conduit ");
        start(
                Launch.withOnly(mend.substring(conduit + "conduit ".length()).split(" ", -1))
                        .under(mend.substring(0, conduit).strip().split(" ", -1)));
        Examined mended = examine(listen);
        mended.expectHealthy();
        assertThat(mended.expect("capability", "OK").says()).contains("ambient");
    }

    @Test
    void namesTooFewDescriptors() throws IOException {
        rules(TPROXY);
        networks.inShell("prlimit --pid=%d --nofile=300:".formatted(proxies.getFirst().pid()));
        Examined.Finding finding = examine().expect("nofile", "FAIL");
        assertThat(finding.says()).contains("not for 100");
        networks.inShell(finding.mend());
        examine().expectHealthy();
    }

    @Test
    void namesRulesThatCatchWhatConduitDials() {
        rules(OWN.replace("meta mark != 7", ""));
        networks.inShell(examine().expect("own-traffic", "FAIL").mend());
        examine().expectHealthy();
    }

    @Test
    void namesAMarkOfConduitsThatIsDeliveredHere() {
        rules(TPROXY);
        Examined.Finding finding =
                examine("--tproxy-listen=[::]:" + port, "--fwmark=1").expect("own-mark", "FAIL");
        assertThat(finding.mend())
                .isEqualTo("conduit --tproxy-listen=[::]:%d --fwmark=7".formatted(port));
    }

    @Test
    void namesTheSettingWithoutWhichNothingReaches127() {
        rules(
                REDIRECT.replace(
                        "meta l4proto tcp redirect to", "ip protocol tcp dnat ip to 127.0.0.1"));
        networks.inShell(examine().expect("route_localnet", "FAIL").mend());
        examine().expectHealthy();
    }
}
