package conduit.tproxy;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.interception.Interception;
import conduit.config.interception.Means;
import conduit.config.interception.Scope.Family;
import conduit.e2e.kit.Installed;
import conduit.e2e.kit.NetworkNamespace;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs accept whatever can be asked for, in a network of its own. */
class AcceptedRulesTest {

    private static NetworkNamespace network;

    @BeforeAll
    static void open() {
        Installed.program("nft");
        Installed.program("ip");
        network = NetworkNamespace.open();
    }

    @AfterAll
    static void close() {
        network.close();
    }

    static Stream<Interception> everything() {
        return Asking.everything();
    }

    @ParameterizedTest
    @MethodSource("everything")
    void nftTakesTheTableAndShowsItTheSameTheSecondTime(Interception asked) {
        String table = "nft -f - <<'END'\n" + NftTable.of(asked) + "END\nnft list ruleset\n";
        String shown = network.output(table);
        assertThat(shown).contains("table inet conduit {");
        assertThat(network.output(table)).isEqualTo(shown);
        assertThat(
                        network.output(
                                "nft -f - <<'END'\n" + NftTable.REMOVAL + "END\nnft list ruleset"))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void iptablesTakesTheChains(Family family) {
        Installed.program("iptables");
        network.run(
                Asking.everything()
                        .filter(asked -> asked.scope().families().contains(family))
                        .map(asked -> new IptablesRules(asked, family))
                        .map(rules ->
                                "%s-restore -w --noflush --test <<'END'\n%sEND\n"
                                        .formatted(rules.program(), rules.text()))
                        .distinct()
                        .collect(Collectors.joining()));
    }

    /** The script, twice; then the comments at its end, without the number sign. */
    @ParameterizedTest
    @MethodSource("scripts")
    void theScriptCanRunTwiceAndItsLastLinesUndoIt(String script) {
        Installed.program("iptables");
        String state =
                """
                nft list ruleset; iptables-save | grep -v '^[#:]' || :
                ip6tables-save | grep -v '^[#:]' || :
                ip rule; ip -6 rule; ip route show table all; ip -6 route show table all
                """;
        network.run(
                "iptables-restore </dev/null; iptables -t nat -L -n >/dev/null; nft flush ruleset");
        String before = network.output(state);
        network.run(script);
        String once = network.output(state);
        assertThat(once).isNotEqualTo(before);
        network.run(script);
        assertThat(network.output(state)).isEqualTo(once);
        String undoing =
                script.substring(script.indexOf("# To take all of this away again:"))
                        .lines()
                        .skip(1)
                        .map(line -> line.substring(1).strip() + "\n")
                        .collect(Collectors.joining());
        network.run(undoing);
        network.run(
                "nft -j list ruleset | grep -q '\"rule\"' && { nft list ruleset; exit 1; } || :\n"
                        + "nft flush ruleset");
        assertThat(network.output(state)).isEqualTo(before);
    }

    /** Of ours, whatever tables the programs have made for it. */
    private static final String OURS =
            """
            nft list table inet conduit 2>/dev/null || :
            for program in iptables ip6tables; do
                $program-save | awk '/^[*]/ { table = $1 } /CONDUIT/ { print table, $0 }'
            done
            ip rule; ip -6 rule; ip route show table all; ip -6 route show table all
            """;

    private static final String NOTHING =
            """
            nft flush ruleset
            iptables-restore </dev/null; iptables -t nat -L -n >/dev/null; iptables -t mangle -L -n >/dev/null
            ip6tables -t nat -L -n >/dev/null; ip6tables -t mangle -L -n >/dev/null
            ip -4 rule flush protocol 67; ip -6 rule flush protocol 67
            ip -4 route flush table all proto 67; ip -6 route flush table all proto 67
            """;

    @ParameterizedTest
    @MethodSource("scriptsOfAllKinds")
    void theScriptTakesThePlaceOfAnyOther(String script) {
        Installed.program("iptables");
        network.run(NOTHING + script);
        String alone = network.output(OURS);
        for (String other : scriptsOfAllKinds().toList()) {
            network.run(NOTHING + other);
            network.run(script);
            assertThat(network.output(OURS)).as("after %s", other).isEqualTo(alone);
        }
        network.run(NOTHING + "nft flush ruleset");
    }

    static Stream<String> scriptsOfAllKinds() {
        Interception forwarded = Asking.forwarded(Asking.REDIRECT);
        Interception own = Asking.own(Asking.TPROXY, Family.IPV4);
        return Stream.of(
                NftScript.of(forwarded),
                NftScript.of(own),
                IptablesScript.of(forwarded),
                IptablesScript.of(own),
                IptablesScript.of(Asking.forwarded(Asking.TPROXY)));
    }

    /** Somebody turns IPv6 off when an earlier script with another mark has run. */
    @ParameterizedTest
    @MethodSource("scriptsWithRoutes")
    void theScriptChangesNothingWhereItCannotDoAll(String script) {
        Installed.program("iptables");
        String state =
                """
                nft -s list ruleset; ip -N -4 rule; ip -N -6 rule
                ip -N -4 route show table all; ip -N -6 route show table all
                """;
        network.run(script.replace("0x1 ", "0x5 ").replace("table 100", "table 105"));
        network.run("sysctl -qw net.ipv6.conf.lo.disable_ipv6=1");
        String before = network.output(state);
        assertThat(
                        network.output(
                                "(sh 2>&1 && echo carried out) <<'SCRIPT' || :\n"
                                        + script
                                        + "SCRIPT"))
                .contains("IPv6 is disabled")
                .doesNotContain("carried out");
        assertThat(network.output(state)).isEqualTo(before);
        network.run(
                """
                sysctl -qw net.ipv6.conf.lo.disable_ipv6=0
                nft flush ruleset
                ip -4 rule flush protocol 67; ip -6 rule flush protocol 67
                ip -4 route flush table all proto 67; ip -6 route flush table all proto 67
                """);
    }

    static Stream<String> scriptsWithRoutes() {
        return scripts(Asking.TPROXY);
    }

    static Stream<String> scripts() {
        return Stream.of(Asking.REDIRECT, Asking.TPROXY).flatMap(AcceptedRulesTest::scripts);
    }

    private static Stream<String> scripts(Means means) {
        Interception asked = Asking.both(means);
        return Stream.of(NftScript.of(asked), IptablesScript.of(asked));
    }

    @Test
    void leavesTheNumberOfTheRoutingProtocolToNobodyElse() {
        assertThat(network.output("cat /etc/iproute2/rt_protos"))
                .doesNotContainPattern("(?m)^" + Ours.PROTOCOL + "\\s");
    }
}
