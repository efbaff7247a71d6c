package conduit.doctor.rules;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.doctor.ask.Json;
import conduit.doctor.rules.Ruleset.Catch;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What nftables and iptables print, as it was recorded, and what it comes to. */
class RulesetTest {

    private static Ruleset nft(String... objects) {
        String text = "{\"nftables\":[" + String.join(",", objects) + "]}";
        return NftReader.read(Json.parse(text).seen().orElseThrow());
    }

    private static String chain(String name, String hook) {
        return """
        {"chain":{"family":"inet","table":"t","name":"%s","handle":1,"type":"filter",\
        "hook":"%s","prio":-150,"policy":"accept"}}\
        """
                .formatted(name, hook);
    }

    private static String rule(String chain, int handle, String expressions) {
        return """
        {"rule":{"family":"inet","table":"t","chain":"%s","handle":%d,"expr":[%s]}}\
        """
                .formatted(chain, handle, expressions);
    }

    private static final String TCP =
            """
            {"match":{"op":"==","left":{"meta":{"key":"l4proto"}},"right":"tcp"}}\
            """;

    private static final String SET =
            """
            {"set":{"family":"inet","name":"in_interfaces","table":"t","type":"ifname",\
            "handle":6,"elem":["c0","eth1"]}}\
            """;

    @Test
    void readsATproxyRuleBehindALineThatLeavesOtherInterfacesAlone() {
        Ruleset rules =
                nft(
                        SET,
                        chain("prerouting", "prerouting"),
                        rule(
                                "prerouting",
                                7,
                                """
                                {"match":{"op":"!=","left":{"meta":{"key":"iifname"}},\
                                "right":"@in_interfaces"}},{"return":null}\
                                """),
                        rule(
                                "prerouting",
                                8,
                                TCP
                                        + """
                                        ,{"match":{"op":"==","left":{"payload":{"protocol":"tcp",\
                                        "field":"dport"}},"right":{"set":[80,{"range":[8000,8999]}]}}},\
                                        {"counter":{"packets":0,"bytes":0}},{"tproxy":{"port":8081}},\
                                        {"mangle":{"key":{"meta":{"key":"mark"}},"value":5}},\
                                        {"accept":null}\
                                        """));
        Catch found = rules.catches().getFirst();
        assertThat(found.means()).isEqualTo(Means.TPROXY);
        assertThat(found.port()).isEqualTo(8081);
        assertThat(found.marks()).containsExactly(5);
        assertThat(found.reach().in().names()).containsExactlyInAnyOrder("c0", "eth1");
        assertThat(found.reach().ports()).containsExactly(new Ports(80, 80), new Ports(8000, 8999));
        assertThat(found.reach().families()).containsExactlyInAnyOrder(Family.values());
        assertThat(found.forOthers()).isTrue();
    }

    @Test
    void knowsTcpByItsNumberWhereTheSystemHasNoNamesOfProtocols() {
        String number = TCP.replace("\"tcp\"", "6");
        assertThat(
                        nft(
                                        chain("prerouting", "prerouting"),
                                        rule(
                                                "prerouting",
                                                1,
                                                number + ",{\"redirect\":{\"port\":9}}"))
                                .catches())
                .extracting(Catch::port)
                .containsExactly(9);
        assertThat(
                        nft(
                                        chain("prerouting", "prerouting"),
                                        rule(
                                                "prerouting",
                                                1,
                                                number.replace("==", "!=")
                                                        + ",{\"redirect\":{\"port\":9}}"))
                                .catches())
                .isEmpty();
    }

    @Test
    void followsAJumpAndKeepsWhatItsLineWants() {
        Ruleset rules =
                nft(
                        chain("output", "output").replace("filter", "nat"),
                        """
                        {"chain":{"family":"inet","table":"t","name":"other","handle":2}}\
                        """,
                        rule(
                                "output",
                                3,
                                """
                                {"match":{"op":"==","left":{"&":[{"meta":{"key":"mark"}},255]},\
                                "right":7}},{"return":null}\
                                """),
                        rule(
                                "output",
                                4,
                                """
                                {"match":{"op":"!=","left":{"meta":{"key":"skuid"}},"right":5}},\
                                {"jump":{"target":"other"}}\
                                """),
                        rule("other", 5, TCP + ",{\"redirect\":{\"port\":9}}"));
        Catch found = rules.catches().getFirst();
        assertThat(found.hook()).isEqualTo(Hook.OWN);
        assertThat(found.place().removal()).isEqualTo("nft delete rule inet t other handle 5");
        assertThat(found.base().exemption(7))
                .isEqualTo("nft insert rule inet t output meta mark 7 return");
        assertThat(found.reach().exempt().coverMark(0x107)).isTrue();
        assertThat(found.reach().exempt().coverMark(8)).isFalse();
        assertThat(found.reach().exempt().users()).containsExactly("5");
    }

    @Test
    void followsAMapOfVerdicts() {
        String jump = "\"set\":[[\"in0\",{\"jump\":{\"target\":\"other\"}}]]";
        for (String data : new String[] {"{" + jump + "}", "\"@m\""}) {
            Ruleset rules =
                    nft(
                            """
                            {"map":{"family":"inet","table":"t","name":"m","map":"verdict",\
                            "elem":[["in0",{"jump":{"target":"other"}}]]}}\
                            """,
                            chain("prerouting", "prerouting"),
                            """
                            {"chain":{"family":"inet","table":"t","name":"other","handle":2}}\
                            """,
                            rule(
                                    "prerouting",
                                    3,
                                    """
                                    {"vmap":{"key":{"meta":{"key":"iifname"}},"data":%s}}\
                                    """
                                            .formatted(data)),
                            rule("other", 5, TCP + ",{\"redirect\":{\"port\":9}}"));
            assertThat(rules.catches()).extracting(Catch::port).containsExactly(9);
            assertThat(rules.catches().getFirst().reach().in().names()).containsExactly("in0");
        }
    }

    @Test
    void leavesOutWhatIsNotTcp() {
        Ruleset rules =
                nft(
                        chain("prerouting", "prerouting"),
                        rule(
                                "prerouting",
                                3,
                                """
                                {"match":{"op":"==","left":{"payload":{"protocol":"udp","field":\
                                "dport"}},"right":53}},{"redirect":{"port":5353}}\
                                """));
        assertThat(rules.catches()).isEmpty();
    }

    @Test
    void takesAMarkThatIsAddedBitwise() {
        Ruleset rules =
                nft(
                        chain("output", "output"),
                        rule(
                                "output",
                                3,
                                """
                                {"mangle":{"key":{"meta":{"key":"mark"}},"value":\
                                {"|":[{"meta":{"key":"mark"}},1]}}}\
                                """));
        assertThat(rules.markings()).extracting(Ruleset.Marking::mark).containsExactly(1);
    }

    @Test
    void passesOverWhatItDoesNotKnow() {
        assertThat(
                        nft(
                                chain("prerouting", "prerouting"),
                                rule(
                                        "prerouting",
                                        3,
                                        "{\"xt\":null},[],7,{\"dnat\":{\"addr\":{}}}")))
                .isEqualTo(Ruleset.EMPTY);
    }

    @Test
    void readsWhatIptablesSaves() {
        Ruleset rules =
                IptablesReader.read(
                        Family.IPV4,
                        """
                        *mangle
                        :PREROUTING ACCEPT [0:0]
                        :DIVERT - [0:0]
                        -A PREROUTING -p tcp -m socket --transparent -j DIVERT
                        -A PREROUTING -i c+ -p tcp -m multiport --dports 80,8000:8999 -j TPROXY --on-port 8081 --on-ip 0.0.0.0 --tproxy-mark 0x1/0x1
                        -A DIVERT -j MARK --set-xmark 0x1/0xffffffff
                        -A DIVERT -j ACCEPT
                        COMMIT
                        *nat
                        -A OUTPUT -p tcp -m mark --mark 0x7 -j RETURN
                        -A OUTPUT -p tcp -m owner ! --uid-owner 13 -j REDIRECT --to-ports 8082
                        -A PREROUTING -p udp -m udp --dport 53 -j REDIRECT --to-ports 5353
                        -A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -j DNAT --to-destination 127.0.0.1:8083
                        COMMIT
                        """);
        List<Catch> catches = rules.catches();
        assertThat(catches).extracting(Catch::port).containsExactly(8081, 8082, 8083);
        Catch tproxy = catches.getFirst();
        assertThat(tproxy.marks()).containsExactly(1);
        assertThat(tproxy.address()).isEmpty();
        assertThat(tproxy.reach().in().covers("c0")).isTrue();
        assertThat(tproxy.reach().in().covers("eth0")).isFalse();
        assertThat(tproxy.reach().ports())
                .containsExactly(new Ports(80, 80), new Ports(8000, 8999));
        assertThat(tproxy.reach().families()).isEqualTo(Set.of(Family.IPV4));
        assertThat(tproxy.place().removal()).startsWith("iptables -t mangle -D PREROUTING -i c+");
        assertThat(catches.get(1).reach().exempt().coverMark(7)).isTrue();
        assertThat(catches.get(1).reach().exempt().users()).containsExactly("13");
        assertThat(rules.markings()).extracting(Ruleset.Marking::mark).containsExactly(1);
    }

    private static Reach reach(String... specifications) {
        return IptablesReader.read(
                        Family.IPV4,
                        "*nat\n"
                                + String.join("\n", specifications)
                                + "\n-A OUTPUT -p tcp -j REDIRECT --to-ports 8081\n")
                .catches()
                .getFirst()
                .reach();
    }

    @Test
    void knowsWhichDestinationsAreLeftAlone() {
        Reach left =
                reach("-A OUTPUT -d 192.0.2.0/24 -j RETURN", "-A OUTPUT -d 10.0.0.0/8 -j RETURN");
        assertThat(left.goesTo(InetAddress.ofLiteral("192.0.2.255"))).isFalse();
        assertThat(left.goesTo(InetAddress.ofLiteral("192.0.3.0"))).isTrue();
        Reach wanted = reach("-A OUTPUT ! -d 198.51.100.1/32 -j RETURN");
        assertThat(wanted.goesTo(InetAddress.ofLiteral("192.0.2.1"))).isFalse();
        assertThat(wanted.goesTo(InetAddress.ofLiteral("198.51.100.1"))).isTrue();
        assertThat(left.asks()).isEmpty();
    }

    @Test
    void knowsWhichPortsAreLeftAlone() {
        assertThat(reach("-A OUTPUT -p tcp -m tcp --dport 80 -j RETURN").ports())
                .containsExactly(new Ports(1, 79), new Ports(81, 65_535));
        assertThat(reach("-A OUTPUT -p tcp -m tcp ! --dport 80 -j RETURN").ports())
                .containsExactly(new Ports(80, 80));
    }

    @Test
    void knowsTheOnlyUsersAndGroupsThatAreTaken() {
        Exemptions exempt = reach("-A OUTPUT -m owner ! --gid-owner 5 -j RETURN").exempt();
        assertThat(exempt.coverGroup("5")).isFalse();
        assertThat(exempt.coverGroup("6")).isTrue();
        assertThat(reach("-A OUTPUT -m owner --gid-owner 5 -j RETURN").exempt().coverGroup("5"))
                .isTrue();
    }

    @Test
    void namesWhatElseIsLookedAt() {
        assertThat(reach("-A OUTPUT -s 10.0.0.0/8 -j RETURN").asks()).containsExactly("-s");
        assertThat(reach("-A OUTPUT -m conntrack --ctstate NEW -j RETURN").asks()).isEmpty();
        assertThat(reach("-A OUTPUT -d 10.0.0.0/8 -m owner --uid-owner 3 -j RETURN").asks())
                .containsExactlyInAnyOrder("daddr", "skuid");
    }

    private static String header(String protocol, String field, String operator, String value) {
        return """
        {"match":{"op":"%s","left":{"payload":{"protocol":"%s","field":"%s"}},"right":"%s"}},\
        """
                .formatted(operator, protocol, field, value);
    }

    private static Reach ofRedirect(String... matches) {
        return nft(
                        chain("prerouting", "prerouting"),
                        rule(
                                "prerouting",
                                3,
                                String.join("", matches) + "{\"redirect\":{\"port\":9}}"))
                .catches()
                .getFirst()
                .reach();
    }

    @Test
    void knowsTcpByTheFieldsOfBothVersionsOfIp() {
        assertThat(ofRedirect(header("ip", "protocol", "==", "tcp")))
                .isEqualTo(Reach.of(Set.of(Family.IPV4)));
        assertThat(ofRedirect(header("ip6", "nexthdr", "==", "6")))
                .isEqualTo(Reach.of(Set.of(Family.IPV6)));
        assertThat(
                        nft(
                                        chain("prerouting", "prerouting"),
                                        rule(
                                                "prerouting",
                                                3,
                                                header("ip", "protocol", "==", "udp")
                                                        + "{\"redirect\":{\"port\":9}}"))
                                .catches())
                .isEmpty();
    }

    @Test
    void takesFieldsOfOneVersionOfIpForThisVersionAlone() {
        Reach reach = ofRedirect(header("ip", "saddr", "==", "10.0.0.1"));
        assertThat(reach.families()).containsExactly(Family.IPV4);
        assertThat(reach.asks()).containsExactly("ip saddr");
        assertThat(reach.asks(Family.IPV4)).containsExactly("ip saddr");
        assertThat(reach.asks(Family.IPV6)).isEmpty();
        assertThat(ofRedirect(header("ip6", "daddr", "==", "@unlisted")).families())
                .containsExactly(Family.IPV6);
        assertThat(ofRedirect(header("ip", "daddr", "==", "10.0.0.1")).families())
                .containsExactly(Family.IPV4);
    }

    @Test
    void namesWhatAFirewallTellsConnectionsApartBy() {
        Ruleset rules =
                nft(
                        chain("i", "input").replace("accept", "drop"),
                        rule(
                                "i",
                                2,
                                """
                                {"match":{"op":"==","left":{"meta":{"key":"iifname"}},\
                                "right":"lo"}},{"accept":null}\
                                """),
                        rule(
                                "i",
                                3,
                                """
                                {"match":{"op":"==","left":{"payload":{"protocol":"ip","field":\
                                "saddr"}},"right":"10.0.0.1"}},{"match":{"op":"==","left":\
                                {"payload":{"protocol":"tcp","field":"dport"}},"right":22}},\
                                {"accept":null}\
                                """),
                        rule("i", 4, "{\"jump\":{\"target\":\"more\"}}"));
        Guard guard = rules.guards().getFirst();
        assertThat(guard.tellsApartBy(Family.IPV4, 8081))
                .containsExactly("whatever inet t more looks at");
        assertThat(guard.tellsApartBy(Family.IPV4, 22))
                .containsExactly("ip saddr", "whatever inet t more looks at");
        assertThat(guard.tellsApartBy(Family.IPV6, 22))
                .containsExactly("whatever inet t more looks at");
    }
}
