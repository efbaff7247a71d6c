package conduit.doctor.check;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.doctor.look.Owner;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Faults by which all connections are lost or go past conduit, where rules and listener are. */
class DeadConnectionsTest {

    private static final String TPROXY =
            "*mangle\n-A PREROUTING -i in0 -p tcp -j TPROXY --on-port 8081 --tproxy-mark 0x1\n";

    private static String mend(Finding finding) {
        assertThat(finding).isInstanceOf(Finding.Fail.class);
        return ((Finding.Fail) finding).mend();
    }

    @Test
    void namesTheSettingThatTakesMarkedPacketsForSpoofed() {
        Facts facts = new Facts().iptables(TPROXY).setting("net/ipv4/conf/all/src_valid_mark", "1");
        assertThat(mend(facts.finding("src_valid_mark")))
                .isEqualTo("sysctl -w net.ipv4.conf.all.src_valid_mark=0");
    }

    @Test
    void namesTheInterfaceThatHasTheSettingAlone() {
        Facts facts =
                new Facts()
                        .iptables(TPROXY)
                        .setting("net/ipv4/conf/in0/src_valid_mark", "1")
                        .setting("net/ipv4/conf/out0/src_valid_mark", "1");
        assertThat(mend(facts.finding("src_valid_mark")))
                .isEqualTo("sysctl -w net.ipv4.conf.in0.src_valid_mark=0");
    }

    @Test
    void hasNothingAgainstTheSettingWhereNothingIsMarkedOrTheInterfaceIsAnother() {
        String redirect = "*nat\n-A PREROUTING -i in0 -p tcp -j REDIRECT --to-ports 8081\n";
        Facts redirected = new Facts().iptables(redirect);
        redirected.setting("net/ipv4/conf/all/src_valid_mark", "1");
        assertThat(redirected.finding("src_valid_mark")).isInstanceOf(Finding.Ok.class);
        Facts elsewhere = new Facts().iptables(TPROXY);
        elsewhere.setting("net/ipv4/conf/out0/src_valid_mark", "1");
        assertThat(elsewhere.finding("src_valid_mark")).isInstanceOf(Finding.Ok.class);
    }

    @Test
    void namesARoutingRuleBehindThatOfTheMainTable() {
        Facts facts =
                new Facts()
                        .iptables(TPROXY)
                        .ipRules(Facts.RULES.replace("\"priority\":100", "\"priority\":40000"));
        Finding finding = facts.finding("rule-ipv4");
        assertThat(mend(finding)).startsWith("ip rule add ");
        assertThat(finding.says())
                .isEqualTo(
                        "no ip rule for mark 1 delivers what the TPROXY rule marks: the one with"
                                + " priority 40000 is behind that of the main table");
    }

    @Test
    void namesARoutingRuleThatHoldsForSomePacketsOnly() {
        Facts facts = new Facts().iptables(TPROXY);
        for (String selector :
                new String[] {
                    "\"iif\":\"out0\"", "\"src\":\"10.0.0.0\",\"srclen\":8", "\"not\":null"
                }) {
            facts.ipRules(
                    Facts.RULES.replace("\"src\":\"all\",\"fwmark\"", selector + ",\"fwmark\""));
            assertThat(mend(facts.finding("rule-ipv4"))).startsWith("ip rule add ");
        }
    }

    @Test
    void takesARoutingRuleForTheInterfaceOfTheRules() {
        Facts facts =
                new Facts()
                        .iptables(TPROXY)
                        .ipRules(Facts.RULES.replace("\"fwmark\"", "\"iif\":\"in0\",\"fwmark\""));
        assertThat(facts.finding("rule-ipv4")).isInstanceOf(Finding.Ok.class);
        facts.iptables(TPROXY.replace("-i in0 ", ""));
        assertThat(facts.finding("rule-ipv4")).isInstanceOf(Finding.Fail.class);
    }

    private static final String REDIRECT =
            "*nat\n-A PREROUTING -i in0 -p tcp -j REDIRECT --to-ports 8081\n";

    @Test
    void namesAnswersToSpoofedSourcesThatGoOnToTheClients() {
        Facts facts = new Facts().iptables(REDIRECT).spoofing();
        assertThat(mend(facts.finding("answers-ipv4")))
                .isEqualTo(
                        "conduit tproxy rules --means=tproxy --apply # and the flags of the last time");
        facts.iptables(
                TPROXY
                        + "-A PREROUTING -p tcp -m socket --transparent -j DIVERT\n"
                        + "-A DIVERT -j MARK --set-mark 1\n");
        assertThat(facts.finding("answers-ipv4")).isInstanceOf(Finding.Ok.class);
        facts.ipRules("[]");
        assertThat(facts.finding("answers-ipv4")).isInstanceOf(Finding.Fail.class);
    }

    private static String chain(String name, String type, String hook) {
        return """
        {"chain":{"family":"inet","table":"t","name":"%s","handle":1,"type":"%s",\
        "hook":"%s","prio":-150,"policy":"accept"}}\
        """
                .formatted(name, type, hook);
    }

    private static String rule(String chain, String expressions) {
        return """
        {"rule":{"family":"inet","table":"t","chain":"%s","handle":9,"expr":[%s]}}\
        """
                .formatted(chain, expressions);
    }

    private static final String SET_MARK =
            """
            {"mangle":{"key":{"meta":{"key":"mark"}},"value":1}}\
            """;

    @Test
    void namesAMarkThatComesTooLateToChangeAWay() {
        Facts facts = new Facts();
        String waiting = rule("p", "{\"tproxy\":{\"port\":8081}}," + SET_MARK);
        String marking = rule("o", SET_MARK);
        facts.nft(
                chain("p", "filter", "prerouting"),
                chain("o", "filter", "output"),
                waiting,
                marking);
        assertThat(mend(facts.finding("own-route"))).contains("type route hook output");
        facts.nft(
                chain("p", "filter", "prerouting"),
                chain("o", "route", "output"),
                waiting,
                marking);
        assertThat(facts.findings()).extracting(Finding::check).doesNotContain("own-route");
    }

    @Test
    void namesATableThatIsSwitchedOff() {
        String table = "{\"table\":{\"family\":\"inet\",\"name\":\"t\",\"flags\":%s}}";
        String chain = chain("p", "nat", "prerouting");
        String redirect = rule("p", "{\"redirect\":{\"port\":8081}}");
        for (String flags : new String[] {"\"dormant\"", "[\"dormant\"]", "\"d\""}) {
            Finding finding =
                    new Facts().nft(table.formatted(flags), chain, redirect).finding("rules");
            assertThat(mend(finding)).isEqualTo("nft add table inet t");
            assertThat(finding.says()).contains("dormant");
        }
        Facts awake = new Facts().nft(table.formatted("[]"), chain, redirect);
        assertThat(awake.finding("rules")).isInstanceOf(Finding.Ok.class);
    }

    @Test
    void namesAStrangerOnTheListenersPort() {
        Owner python =
                new Owner(
                        12,
                        "python3",
                        0,
                        0,
                        -1,
                        0,
                        9,
                        9,
                        List.of("python3", "-m", "http.server", "8081"));
        Facts facts = new Facts().iptables(REDIRECT).heldBy(python);
        Finding finding = facts.finding("listener");
        assertThat(finding.says())
                .isEqualTo("port 8081 is held by process 12 (python3), not by conduit");
        assertThat(mend(finding))
                .isEqualTo("stop process 12 (python3), then: conduit --tproxy-listen=[::]:8081");
        facts.heldBy(
                new Owner(
                        12,
                        "nginx",
                        0,
                        0,
                        -1,
                        0,
                        9,
                        9,
                        List.of("nginx", "-c", "/etc/conduit/n.conf")));
        assertThat(facts.finding("listener")).isInstanceOf(Finding.Fail.class);
        facts.heldBy(
                new Owner(
                        12,
                        "java",
                        0,
                        0,
                        -1,
                        0,
                        9,
                        9,
                        List.of("java", "-jar", "/opt/conduit.jar")));
        assertThat(facts.finding("listener")).isInstanceOf(Finding.Ok.class);
    }

    @Test
    void warnsOfAChainThatMayDropWhatTheRulesBring() {
        String dropping = chain("i", "filter", "input").replace("accept", "drop");
        String accepting =
                rule(
                        "i",
                        """
                        {"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},\
                        "right":8081}},{"accept":null}\
                        """);
        String chain = chain("p", "nat", "prerouting");
        String redirect = rule("p", "{\"redirect\":{\"port\":8081}}");
        Finding finding = new Facts().nft(chain, redirect, dropping).finding("input");
        assertThat(finding)
                .isEqualTo(
                        new Finding.Warn(
                                "input",
                                "inet t i drops some of what is delivered here, perhaps what comes"
                                        + " to conduit",
                                "conduit doctor --canary --tproxy-listen=[::]:8081"));
        String reject = rule("i", "{\"reject\":null}");
        assertThat(
                        new Facts()
                                .nft(chain, redirect, chain("i", "filter", "input"), reject)
                                .findings())
                .contains(finding);
        assertThat(new Facts().nft(chain, redirect, dropping, accepting).findings())
                .extracting(Finding::check)
                .doesNotContain("input");
    }
}
