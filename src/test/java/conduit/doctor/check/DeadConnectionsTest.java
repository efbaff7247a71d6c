package conduit.doctor.check;

import static org.assertj.core.api.Assertions.assertThat;

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
}
