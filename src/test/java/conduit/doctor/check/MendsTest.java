package conduit.doctor.check;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.Examination;
import conduit.config.Fwmark;
import conduit.config.Listener;
import conduit.config.SeenAs;
import conduit.doctor.ask.Found;
import conduit.doctor.ask.Json;
import conduit.doctor.look.Machine;
import conduit.doctor.look.Owner;
import conduit.doctor.look.Routing;
import conduit.doctor.look.Settings;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.NftReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The commands that mend rules and routes: what conduit has installed stays conduit's. */
class MendsTest {

    /** A rule of TPROXY, in whose table, and with the mark that it sets. */
    private static String tproxy(String table, String mark) {
        return rule(
                table,
                "prerouting",
                "{\"tproxy\":{\"port\":8081}}"
                        + (mark.isEmpty()
                                ? ""
                                : ",{\"mangle\":{\"key\":{\"meta\":{\"key\":\"mark\"}},\"value\":%s}}"
                                        .formatted(mark)));
    }

    private static String rule(String table, String hook, String expressions) {
        return """
        {"chain":{"family":"inet","table":"%1$s","name":"%2$s","handle":1,"type":"%4$s",\
        "hook":"%2$s","prio":-150,"policy":"accept"}},\
        {"rule":{"family":"inet","table":"%1$s","chain":"%2$s","handle":7,"expr":[%3$s]}}\
        """
                .formatted(table, hook, expressions, hook.equals("output") ? "nat" : "filter");
    }

    private static Stream<String> mends(String check, int listening, String rules) {
        Machine machine =
                new Machine(
                        new Found.Seen<>(
                                NftReader.read(
                                        Json.parse("{\"nftables\":[" + rules + "]}")
                                                .seen()
                                                .orElseThrow())),
                        new Found.Seen<>(new Routing(Map.of(), Map.of())),
                        List.of(),
                        new Settings(Map.of()),
                        List.of(),
                        new Owner(
                                4711, "java", 13, 14, -1, 0, 1 << 20, 1 << 20, List.of("conduit")),
                        Map.of(Family.IPV4, Optional.empty(), Family.IPV6, Optional.empty()),
                        Map.of(),
                        List.of(),
                        List.of());
        Examination wanted =
                new Examination(
                        List.of(
                                new Listener(
                                        Listener.Protocol.TPROXY,
                                        new InetSocketAddress(
                                                InetAddress.ofLiteral("::"), listening))),
                        Optional.of(new Fwmark(7)),
                        SeenAs.CONDUIT,
                        10_000,
                        List.of("--tproxy-listen=[::]:" + listening, "--fwmark=7"),
                        Examination.Canary.KEPT,
                        Examination.Form.TEXT);
        Situation situation = new Situation(machine, wanted);
        return Stream.of(
                        RuleChecks.present(situation),
                        RoutingChecks.delivered(situation),
                        LoopChecks.exempt(situation))
                .flatMap(findings -> findings)
                .filter(finding -> finding.check().equals(check))
                .map(finding -> ((Finding.Fail) finding).mend());
    }

    @Test
    void addsRoutesForConduitsTableThatConduitsToolKnowsAgain() {
        String rules = tproxy("conduit", "16");
        assertThat(mends("rule-ipv4", 8081, rules))
                .containsExactly("ip rule add priority 100 fwmark 0x10 lookup 100 protocol 67");
        assertThat(mends("rule-ipv6", 8081, rules))
                .containsExactly("ip -6 rule add priority 100 fwmark 0x10 lookup 100 protocol 67");
        assertThat(mends("route-ipv4", 8081, rules))
                .containsExactly("ip route add local default dev lo table 100 proto 67");
    }

    @Test
    void addsRoutesForTablesOfOthersThatConduitsToolLeavesAlone() {
        String rules = tproxy("others", "16");
        assertThat(mends("rule-ipv6", 8081, rules))
                .containsExactly("ip -6 rule add fwmark 0x10 lookup 100");
        assertThat(mends("route-ipv6", 8081, rules))
                .containsExactly("ip -6 route add local default dev lo table 100");
    }

    @Test
    void hasConduitListenWhereItsRulesLeadTo() {
        assertThat(mends("rules", 9000, tproxy("conduit", "1")))
                .containsExactly("conduit --fwmark=7 --tproxy-listen=[::]:8081");
    }

    @Test
    void saysHowARuleOfOthersSetsAMark() {
        assertThat(mends("mark", 8081, tproxy("others", "")).distinct())
                .containsExactly("write 'meta mark set 1' behind its tproxy statement");
    }

    @Test
    void givesConduitTheMarkThatItsRulesLeaveAlone() {
        String own =
                """
                {"match":{"op":"!=","left":{"meta":{"key":"mark"}},"right":9}},\
                {"redirect":{"port":8081}}\
                """;
        assertThat(mends("own-traffic", 8081, rule("conduit", "output", own)))
                .containsExactly("conduit --tproxy-listen=[::]:8081 --fwmark=9");
        assertThat(mends("own-traffic", 8081, rule("others", "output", own)))
                .containsExactly("nft insert rule inet others output meta mark 7 return");
    }
}
