package conduit.e2e.transparent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import conduit.e2e.kit.Installed;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A connection that the doctor sends through the rules, where they work and where they do not. The
 * doctor is this process, but where it is to be ended or to have fewer privileges.
 */
class CanaryTest {

    private static final String DROPPING_ALL =
            """
            nft add table inet firewall
            nft add chain inet firewall input '{ type filter hook input priority 0; }'
            nft add rule inet firewall input meta l4proto tcp drop
            """;

    private static final String TABLE = "table inet conduit_canary_";

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

    private static void install(String flags) {
        gateway.install(flags);
    }

    private static Examined send() {
        return gateway.sendCanary();
    }

    private static void expectBoth(Examined examined, String verdict, String says) {
        assertThat(examined.expect("canary-ipv4", verdict).says()).contains(says);
        assertThat(examined.expect("canary-ipv6", verdict).says()).contains(says);
    }

    private static String state() {
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

    @Test
    void arrivesWhenADoctorOfItsOwnSendsIt() {
        install("--in-interface=c0");
        gateway.examineByAnother("--canary", "--tproxy-listen=[::]:" + gateway.port, "--fwmark=7")
                .expectHealthy();
    }

    @ParameterizedTest
    @CsvSource({"redirect", "tproxy"})
    void arrivesFromThisMachine(String means) {
        gateway.inShell("ip route add default via 10.2.0.2; ip -6 route add default via fd02::2");
        install("--own --exempt-mark=7 --ports=80 --means=" + means);
        Examined examined = send();
        examined.expectHealthy();
        expectBoth(examined, "OK", ":80 from this machine arrived at process " + gateway.pid());
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
        install("--in-interface=c0 --family=ipv4 --means=" + means);
        gateway.inShell(DROPPING_ALL);
        assertThat(send().expect("canary-ipv4", "FAIL").says())
                .contains("not delivered here: a route, rp_filter or a firewall's rule");
        gateway.inShell("nft delete table inet firewall");
        send().expectHealthy();
    }

    @Test
    void isNotConclusiveWhereTheFirewallGoesByInterfaces() {
        install("--in-interface=c0 --family=ipv4");
        gateway.inShell(
                """
                nft add table inet firewall
                nft add chain inet firewall input '{ type filter hook input priority 0; policy drop; }'
                nft add rule inet firewall input iifname { lo, c0, s0 } accept
                nft add rule inet firewall input icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
                """);
        Examined examined = send();
        assertThat(examined.expect("canary-ipv4", "WARN").says())
                .contains("not conclusive: inet firewall input drops some");
        assertThat(examined.expect("canary-ipv4", "WARN").says()).endsWith("by iifname");
        assertThat(examined.expect("canary-ipv4", "WARN").mend())
                .isEqualTo("curl --max-time 5 http://192.0.2.1:443/ # on a client there");
    }

    /** As where such packets are taken at the clients' interfaces only. */
    @Test
    void arrivesPastAFirewallThatDropsNeighbourDiscovery() {
        install("--in-interface=c0");
        gateway.inShell(
                """
                nft add table inet firewall
                nft add chain inet firewall input '{ type filter hook input priority 0; policy drop; }'
                nft add rule inet firewall input iifname { lo, c0, s0 } accept
                nft add rule inet firewall input tcp dport %d accept
                """
                        .formatted(gateway.port));
        send().expectHealthy();
    }

    /** Both are in the same network, and the second sees no process of the first. */
    @Test
    void leavesACanaryInFlightAloneThatItCannotSeeTheProcessOf() throws Exception {
        install("--in-interface=c0");
        gateway.inShell(DROPPING_ALL);
        Process first = inFlight();
        gateway.inShell("kill -STOP %d; nft delete table inet firewall".formatted(first.pid()));
        String inFlight = objectsOfCanaries();
        gateway.examineUnder("unshare", "--pid", "--fork", "--mount-proc");
        assertThat(objectsOfCanaries()).isEqualTo(inFlight);
        first.destroyForcibly();
        first.waitFor();
    }

    private static String objectsOfCanaries() {
        return gateway.says(
                "nft list ruleset | grep -oE 'conduit_canary_[0-9a-z]+|\"canary-[^\"]*' || :");
    }

    @Test
    void isSentByTheOtherVersionOfIpWhereThereIsNoIpv6() {
        gateway.inShell("ip route add default via 10.2.0.2");
        install("--own --exempt-mark=7");
        gateway.withoutIpv6(() -> {
            Examined examined = send();
            examined.expect("canary-ipv4", "OK");
            Examined.Finding finding = examined.expect("canary-ipv6", "WARN");
            assertThat(finding.says()).contains("could not be dialled");
            assertThat(finding.mend()).startsWith("sysctl -w net.ipv6.conf.all.disable_ipv6=0");
        });
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
        install("--in-interface=c0 --family=ipv4");
        gateway.inShell(
                """
                ip route add default via 10.2.0.2
                nft add table inet untracked
                nft add chain inet untracked prerouting '{ type filter hook prerouting priority raw; }'
                nft add rule inet untracked prerouting notrack
                """);
        assertThat(send().expect("canary-ipv4", "FAIL").says())
                .contains("the rule did not take it, and it went on its way unproxied");
    }

    @Test
    void isNotConclusiveWhereTheRuleIsForSomeSenders() {
        gateway.rules(
                """
                table inet test {
                  chain prerouting {
                    type nat hook prerouting priority dstnat
                    ip saddr 10.1.0.0/24 meta l4proto tcp redirect to :%d
                  }
                }
                """);
        gateway.inShell("ip route add default via 10.2.0.2");
        assertThat(send().expect("canary-ipv4", "WARN").says())
                .contains("not conclusive: inet test prerouting looks at ip saddr, too");
    }

    @Test
    void goesToAnotherAddressWhereTheRuleLeavesTheFirstAlone() {
        install("--in-interface=c0 --exclude=192.0.2.0/24 --exclude=2001:db8::/32");
        Examined examined = send();
        examined.expectHealthy();
        assertThat(examined.expect("canary-ipv4", "OK").says()).startsWith("198.51.100.1:443");
        assertThat(examined.expect("canary-ipv6", "OK").says()).startsWith("[3fff::1]:443");
    }

    @Test
    void isNotSentWhereTheRulesLeaveAllItsAddressesAlone() {
        install(
                "--in-interface=c0 --family=ipv4 --exclude=192.0.2.0/24"
                        + " --exclude=198.51.100.0/24 --exclude=203.0.113.0/24");
        assertThat(send().expect("canary-ipv4", "WARN").says())
                .contains("not conclusive", "leaves alone what goes to networks for documentation");
    }

    @ParameterizedTest
    @CsvSource({"redirect", "tproxy"})
    void isNotSentAsAUserThatTheRulesLeaveAlone(String means) {
        install("--own --exempt-mark=7 --exempt-user=root --means=" + means);
        Examined examined = send();
        expectBoth(examined, "WARN", "not conclusive: inet conduit output leaves user 0");
        assertThat(examined.expect("canary-ipv4", "WARN").mend())
                .startsWith("su -s /bin/sh -c 'curl --max-time 5 http://192.0.2.1:443/' nobody");
    }

    @Test
    void isNotSentWhereTheRulesAreForAnotherGroup() {
        gateway.rules(
                """
                table inet test {
                  chain output {
                    type nat hook output priority -100
                    meta skgid 4711 meta mark != 7 meta l4proto tcp redirect to :%d
                  }
                }
                """);
        Examined examined = send();
        examined.expect("own-traffic", "OK");
        expectBoth(examined, "WARN", "not conclusive: inet test output leaves user 0 or group 0");
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
    void leavesNothingBehindWhenItIsTerminated() throws Exception {
        install("--in-interface=c0");
        gateway.inShell(DROPPING_ALL);
        String before = state();
        Process canary = inFlight();
        canary.destroy();
        canary.waitFor();
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void leavesNothingThatTheNextOneDoesNotTakeAwayWhenItIsKilled() throws Exception {
        install("--in-interface=c0");
        String before = state();
        gateway.inShell(DROPPING_ALL);
        Process canary = inFlight();
        canary.destroyForcibly();
        canary.waitFor();
        gateway.inShell("nft delete table inet firewall");
        assertThat(state()).contains(TABLE);
        assertThat(gateway.examine().expect("left-behind", "WARN").says()).contains(TABLE);
        send().expectHealthy();
        // The kernel takes the interface away when it finds time for it.
        await().untilAsserted(() -> assertThat(state()).isEqualTo(before));
    }

    /** Its table and its interface are there, and it waits for an answer. */
    private static Process inFlight() {
        Process canary = gateway.beginCanary();
        await().until(() -> {
            String state = state();
            return state.contains(TABLE) && state.contains("\"canary-");
        });
        return canary;
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
        assertThat(examined.expect("canary", "WARN").mend()).contains("CAP_NET_ADMIN");
        assertThat(examined.expect("rules", "WARN").says()).contains("not permitted");
    }
}
