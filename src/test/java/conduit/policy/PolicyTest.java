package conduit.policy;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Destination;
import conduit.address.Network;
import conduit.address.Parsed;
import conduit.address.PortRange;
import conduit.config.Inbound;
import conduit.config.rules.Action;
import conduit.config.rules.Guarding;
import conduit.config.rules.Rule;
import conduit.config.rules.RuleSet;
import conduit.config.rules.Target;
import conduit.policy.Decision.Verdict;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {

    private static final InetAddress CLIENT = Networks.address("192.0.2.7");

    private static Rule to(Action action, String... targets) {
        List<Target> to = Arrays.stream(targets).map(RuleTexts::target).toList();
        return new Rule(
                action,
                List.of(),
                Set.of(),
                Set.of(),
                to,
                List.of(),
                false,
                action + " " + String.join(" ", targets));
    }

    private static Rule of(
            List<Network> from, Set<String> users, Set<Inbound> inbounds, List<PortRange> ports) {
        return new Rule(Action.ALLOW, from, users, inbounds, List.of(), ports, false, "rule");
    }

    private static Access access(String destination) {
        return new Access(
                CLIENT,
                false,
                Optional.of("joe"),
                Inbound.SOCKS5,
                ((Parsed.Valid<Destination>) Destination.parse(destination)).value());
    }

    private static Policy policy(Action otherwise, Rule... rules) {
        return new Policy(new RuleSet(List.of(rules), otherwise), Guarding.OFF, true);
    }

    private static Verdict denied(Rule by) {
        return new Verdict.Denied(Optional.of(by));
    }

    private static Verdict allowed(Rule by) {
        return new Verdict.Allowed(Optional.of(by));
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, example.com, true",
        "example.com, EXAMPLE.com., true",
        "example.com, www.example.com, false",
        ".example.com, example.com, true",
        ".example.com, a.b.example.com, true",
        ".example.com, a.b.Example.Com., true",
        ".example.com, badexample.com, false",
        ".example.com, com, false",
        "xn--bcher-kva.example, XN--BCHER-KVA.EXAMPLE, true",
        "b\u00fccher.example, xn--bcher-kva.example, true",
        "*, anything.example, true",
        "192.0.2.0/24, 192.0.2.200, true",
        "192.0.2.0/24, 192.0.3.0, false",
        "0.0.0.0/0, 198.51.100.1, true",
        "0.0.0.0/0, [2001:db8::1], false",
        "::/0, 198.51.100.1, false",
        "::/0, [2001:db8::1], true",
        "10.0.0.0/8, [::ffff:10.0.0.1], true",
        "10.0.0.0/8, [::10.0.0.1], true",
        "10.0.0.0/8, [::ffff:0:10.0.0.1], true",
        "10.0.0.0/8, [64:ff9b::a00:1], true",
        "10.0.0.0/8, [2002:a00:1::5], true",
        "10.0.0.0/8, [64:ff9b::b00:1], false",
        "10.0.0.0/8, [64:ff9b:1::a00:1], false",
        "10.0.0.0/8, [2001:a00:1::5], false",
        "64:ff9b::a00:0/104, 10.0.0.1, false",
        "0.0.0.0/0, [::1], false",
        "0.0.0.0/0, [::], false",
    })
    void matchesDestinations(String target, String asked, boolean matches) {
        Rule rule = to(Action.DENY, target);
        assertThat(policy(Action.ALLOW, rule).asked(access(asked + ":80")).verdict())
                .isEqualTo(matches ? denied(rule) : new Verdict.Allowed(Optional.empty()));
    }

    @Test
    void deniesAnIpv4AddressHoweverItIsSpelledAndAllowsItAsTheRuleSpellsIt() {
        Rule allow = to(Action.ALLOW, "10.1.0.0/16");
        Rule report = to(Action.REPORT, "10.0.0.0/16");
        Rule deny = to(Action.DENY, "10.0.0.0/8");
        Policy policy = policy(Action.ALLOW, allow, report, deny);
        for (String spelled : List.of("10.1.0.1", "[::ffff:10.1.0.1]")) {
            assertThat(policy.asked(access(spelled + ":80")).verdict()).isEqualTo(allowed(allow));
        }
        assertThat(policy.asked(access("[64:ff9b::a01:1]:80")).verdict()).isEqualTo(denied(deny));
        assertThat(policy.asked(access("[2002:a00:1::1]:80")))
                .isEqualTo(new Decision(denied(deny), Optional.of(report)));
        assertThat(policy.dialling(access("a:80"), Networks.address("64:ff9b::a00:1")).verdict())
                .as("where a name leads there")
                .isEqualTo(denied(deny));
    }

    @Test
    void tellsNamesWithTheSameHashApart() {
        Rule one = to(Action.DENY, "wa.example");
        Rule other = to(Action.DENY, "9c.example");
        assertThat(policy(Action.ALLOW, one).asked(access("9c.example:80")).allows()).isTrue();
        Policy both = policy(Action.ALLOW, one, other);
        assertThat(both.asked(access("wa.example:80")).verdict()).isEqualTo(denied(one));
        assertThat(both.asked(access("9c.example:80")).verdict()).isEqualTo(denied(other));
    }

    @Test
    void findsASuffixUnderTheLongestName() {
        Rule rule = to(Action.DENY, ".example");
        String longest = "a.".repeat(122) + "n.example";
        assertThat(policy(Action.ALLOW, rule).asked(access(longest + ":80")).verdict())
                .isEqualTo(denied(rule));
        assertThat(
                        policy(Action.ALLOW, to(Action.DENY, longest))
                                .asked(access(longest + ".:80"))
                                .allows())
                .isFalse();
    }

    @Test
    void decidesByTheFirstRuleThatMatches() {
        Rule first = to(Action.ALLOW, "a.example.com");
        Rule second = to(Action.DENY, ".example.com");
        Policy policy = policy(Action.DENY, first, second, to(Action.ALLOW, "*"));
        assertThat(policy.asked(access("a.example.com:80")).verdict()).isEqualTo(allowed(first));
        assertThat(policy.asked(access("b.example.com:80")).verdict()).isEqualTo(denied(second));
    }

    @Test
    void decidesByTheDefaultWhereNoRuleMatches() {
        assertThat(policy(Action.DENY).asked(access("a:80")).verdict())
                .isEqualTo(new Verdict.Denied(Optional.empty()));
        assertThat(policy(Action.ALLOW).asked(access("a:80")).verdict())
                .isEqualTo(new Verdict.Allowed(Optional.empty()));
    }

    @Test
    void matchesClientsUsersInboundsAndPorts() {
        List<Network> us = List.of(Networks.of("192.0.2.0/24"));
        List<PortRange> web = List.of(new PortRange(80, 80), new PortRange(8000, 8999));
        assertThat(allows(of(us, Set.of("joe"), Set.of(Inbound.SOCKS5), web))).isTrue();
        assertThat(allows(of(List.of(Networks.of("192.0.3.0/24")), Set.of(), Set.of(), web)))
                .isFalse();
        assertThat(allows(of(us, Set.of("ann"), Set.of(), List.of()))).isFalse();
        assertThat(allows(of(us, Set.of(), Set.of(Inbound.CONNECT), List.of()))).isFalse();
        assertThat(allows(of(us, Set.of(), Set.of(), List.of(new PortRange(81, 7999))))).isFalse();
    }

    private static boolean allows(Rule rule) {
        return policy(Action.DENY, rule).asked(access("a:80")).allows();
    }

    @Test
    void matchesNoClientWithoutAUserByARuleAboutUsers() {
        Access nobody =
                new Access(
                        CLIENT,
                        false,
                        Optional.empty(),
                        Inbound.TRANSPARENT,
                        new Destination.Name("a", 80));
        Rule rule = of(List.of(), Set.of("joe"), Set.of(), List.of());
        assertThat(policy(Action.DENY, rule).asked(nobody).allows()).isFalse();
    }

    @Test
    void decidesOnEachAddressThatIsDialledForAName() {
        Rule rule = to(Action.DENY, "198.51.100.0/24");
        Policy policy = policy(Action.ALLOW, rule);
        Access access = access("a.example:80");
        assertThat(policy.asked(access).allows()).isTrue();
        assertThat(policy.dialling(access, Networks.address("198.51.100.1")).verdict())
                .isEqualTo(denied(rule));
        assertThat(policy.dialling(access, Networks.address("203.0.113.1")).allows()).isTrue();
    }

    @Test
    void looksANameUpThatOnlyARuleAboutNetworksCanAllow() {
        Rule rule = to(Action.ALLOW, "198.51.100.0/24");
        Access access = access("a.example:80");
        Policy policy = policy(Action.DENY, rule);
        assertThat(policy.asked(access).allows()).isTrue();
        assertThat(policy.dialling(access, Networks.address("203.0.113.1")).allows()).isFalse();
        Policy behindAParent =
                new Policy(new RuleSet(List.of(rule), Action.DENY), Guarding.OFF, false);
        assertThat(behindAParent.asked(access).allows()).isFalse();
    }

    @Test
    void doesNotLookANameUpThatARuleBeforeDenies() {
        Rule deny = to(Action.DENY, ".example");
        Policy policy = policy(Action.DENY, deny, to(Action.ALLOW, "198.51.100.0/24"));
        assertThat(policy.asked(access("a.example:80")).verdict()).isEqualTo(denied(deny));
    }

    @Test
    void doesNotLookANameUpThatNoAddressCouldAllow() {
        Rule network = to(Action.DENY, "198.51.100.0/24");
        Rule name = to(Action.DENY, ".example");
        assertThat(policy(Action.ALLOW, network, name).asked(access("a.example:80")).verdict())
                .isEqualTo(denied(name));
        assertThat(policy(Action.DENY, network).asked(access("a.example:80")).verdict())
                .isEqualTo(new Verdict.Denied(Optional.empty()));
    }

    @Test
    void namesTheRuleThatAllowsANameWhoseAddressesAreNotKnown() {
        Rule allow = to(Action.ALLOW, "*");
        Rule network = to(Action.DENY, "198.51.100.0/24");
        assertThat(policy(Action.DENY, network, allow).asked(access("a.example:80")).verdict())
                .isEqualTo(allowed(allow));
    }

    @Test
    void reportsTheFirstThatWouldHaveDeniedAndDecidesAsIfItWereNotThere() {
        Rule report = to(Action.REPORT, ".example");
        Rule allow = to(Action.ALLOW, "*");
        Policy policy =
                policy(Action.DENY, report, to(Action.REPORT, "*"), allow, to(Action.REPORT, "*"));
        assertThat(policy.asked(access("a.example:80")))
                .isEqualTo(new Decision(allowed(allow), Optional.of(report)));
    }

    @Test
    void reportsNothingThatStandsBehindWhatDecides() {
        Rule allow = to(Action.ALLOW, "*");
        assertThat(policy(Action.DENY, allow, to(Action.REPORT, "*")).asked(access("a:80")))
                .isEqualTo(new Decision(allowed(allow), Optional.empty()));
    }

    /** More rules than are tried in turn, each for a client of its own. */
    @Test
    void findsTheRuleOfAClientAmongMany() {
        Rule[] rules =
                IntStream.range(0, 256)
                        .mapToObj(i ->
                                new Rule(
                                        i % 2 == 0 ? Action.ALLOW : Action.DENY,
                                        List.of(Networks.of("192.0.2." + i)),
                                        Set.of(),
                                        Set.of(),
                                        List.of(new Target.Under("example")),
                                        List.of(),
                                        false,
                                        "client " + i))
                        .toArray(Rule[]::new);
        assertThat(policy(Action.ALLOW, rules).asked(access("a.example:80")).verdict())
                .isEqualTo(denied(rules[7]));
    }

    @Test
    void findsTheRuleOfAUserAmongMany() {
        Rule[] rules =
                IntStream.range(0, 100)
                        .mapToObj(i ->
                                of(
                                        List.of(),
                                        Set.of(i == 50 ? "joe" : "u" + i),
                                        Set.of(),
                                        List.of()))
                        .toArray(Rule[]::new);
        assertThat(policy(Action.DENY, rules).asked(access("a.example:80")).verdict())
                .isEqualTo(allowed(rules[50]));
    }
}
