package conduit.e2e.transparent;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Installed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A connection that the doctor sends through the rules, where they work and where they do not. */
class CanaryTest {

    private Patient gateway;

    @BeforeEach
    void start() {
        Installed.program("nft");
        Installed.program("ip");
        gateway = new Patient();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private void install(String flags) {
        gateway.install(flags);
    }

    private Examined send() {
        return gateway.examine("--canary", "--tproxy-listen=[::]:" + gateway.port, "--fwmark=7");
    }

    private static void expectBoth(Examined examined, String verdict, String says) {
        assertThat(examined.expect("canary-ipv4", verdict).says()).contains(says);
        assertThat(examined.expect("canary-ipv6", verdict).says()).contains(says);
    }

    private String state() {
        return gateway.says(
                        "nft list ruleset; ip -br link; ip -br addr show scope global; ip rule; ip -6 rule")
                .replaceAll("packets \\d+ bytes \\d+", "");
    }

    @ParameterizedTest
    @CsvSource({"redirect", "tproxy"})
    void arrivesFromOutsideAndLeavesNothingBehind(String means) {
        install("--in-interface=c0 --means=" + means);
        String before = state();
        Examined examined = send();
        examined.expectHealthy();
        expectBoth(examined, "OK", "arrived at process " + gateway.pid());
        assertThat(state()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"redirect", "tproxy"})
    void arrivesFromThisMachine(String means) {
        gateway.inShell("ip route add default via 10.2.0.2; ip -6 route add default via fd02::2");
        install("--own --exempt-mark=7 --means=" + means);
        Examined examined = send();
        examined.expectHealthy();
        expectBoth(examined, "OK", "from this machine arrived at process " + gateway.pid());
    }

    @Test
    void isNotDeliveredWithoutARoute() {
        install("--in-interface=c0 --means=tproxy");
        gateway.inShell("ip -6 route flush table 100");
        Examined broken = send();
        broken.expect("canary-ipv4", "OK");
        Examined.Finding finding = broken.expect("canary-ipv6", "FAIL");
        assertThat(finding.says()).contains("the rule took it, and it was not delivered here");
        gateway.inShell(finding.mend());
        send().expectHealthy();
    }

    @ParameterizedTest
    @CsvSource({"redirect", "tproxy"})
    void isNotDeliveredPastAFirewallThatDropsWhatComesIn(String means) {
        install("--in-interface=c0 --means=" + means);
        gateway.inShell(
                """
                nft add table inet firewall
                nft add chain inet firewall input '{ type filter hook input priority 0; }'
                nft add rule inet firewall input iifname "canary-*" meta l4proto tcp drop
                """);
        expectBoth(send(), "FAIL", "not delivered here: a route, rp_filter or a firewall's rule");
        gateway.inShell("nft delete table inet firewall");
        send().expectHealthy();
    }

    @Test
    void isRefusedWhereNobodyListens() throws Exception {
        install("--in-interface=c0");
        gateway.endConduit();
        Examined broken = send();
        expectBoth(broken, "FAIL", "of this machine, where nobody listens");
        gateway.startAs(broken.expect("canary-ipv4", "FAIL").mend());
        send().expectHealthy();
    }

    @Test
    void isRefusedByTheRuleThatStandsInForTheListener() throws Exception {
        install("--in-interface=c0 --means=tproxy");
        gateway.endConduit();
        expectBoth(send(), "FAIL", "a rule answered in its place");
    }

    @Test
    void passesARuleThatDoesNotTakeIt() {
        gateway.rules(
                """
                table inet test {
                  chain prerouting {
                    type nat hook prerouting priority dstnat
                    ip daddr != 192.0.2.0/24 meta l4proto tcp redirect to :%d
                  }
                }
                """);
        gateway.inShell("ip route add default via 10.2.0.2");
        Examined examined = send();
        assertThat(examined.expect("canary-ipv4", "FAIL").says())
                .contains("the rule did not take it, and it went on its way unproxied");
    }

    @Test
    void doesNotStandBehindInterfacesThatOthersNameInTheirRules() {
        gateway.rules(
                """
                table inet test {
                  chain prerouting {
                    type nat hook prerouting priority dstnat
                    iifname "c0" meta l4proto tcp redirect to :%d
                  }
                }
                """);
        expectBoth(send(), "WARN", "takes what arrives at c0");
    }

    @Test
    void isNotSentWithoutARule() {
        gateway.rules("");
        assertThat(send().expect("canary", "FAIL").says()).contains("no rule would take it");
    }

    @Test
    void isNotSentWithoutPrivilegesAndSaysSo() {
        install("--in-interface=c0");
        Examined examined =
                gateway.examineUnder("setpriv", "--bounding-set=-net_admin,-sys_admin,-net_raw");
        assertThat(examined.expect("canary", "WARN").says()).startsWith("not sent");
        assertThat(examined.expect("rules", "WARN").says()).contains("not permitted");
    }
}
