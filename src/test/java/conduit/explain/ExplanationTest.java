package conduit.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import conduit.address.Destination;
import conduit.address.Network;
import conduit.address.Parsed;
import conduit.config.Inbound;
import conduit.config.Upstream;
import conduit.config.rules.Action;
import conduit.config.rules.Guarding;
import conduit.config.rules.Rule;
import conduit.config.rules.RuleSet;
import conduit.config.rules.Target;
import conduit.outbound.dns.Answer;
import conduit.policy.Access;
import conduit.policy.Policy;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ExplanationTest {

    private static final Upstream DIRECT = new Upstream.Direct();
    private static final Upstream PARENT =
            new Upstream.SocksParent(destination("parent.test:1080"), Optional.empty());

    private static final RuleSet RULES =
            new RuleSet(
                    List.of(
                            rule(Action.REPORT, new Target.Anything(), "c.toml:3"),
                            rule(Action.DENY, new Target.Under("denied.test"), "c.toml:7"),
                            rule(Action.DENY, in("203.0.113.0/24"), "c.toml:11")),
                    Action.ALLOW);

    private static Rule rule(Action action, Target to, String where) {
        return new Rule(
                action, List.of(), Set.of(), Set.of(), List.of(to), List.of(), false, where);
    }

    private static Target in(String network) {
        return new Target.In(((Parsed.Valid<Network>) Network.parse(network)).value());
    }

    private static Destination destination(String text) {
        return ((Parsed.Valid<Destination>) Destination.parse(text)).value();
    }

    private static Answer unasked(String name) {
        throw new AssertionError(name + " is looked up");
    }

    private static Function<String, Answer> finds(String... addresses) {
        List<InetAddress> found = List.of(addresses).stream().map(InetAddress::ofLiteral).toList();
        return _ -> new Answer.Found(found, Duration.ZERO);
    }

    private static Explanation explain(
            String destination, Upstream upstream, Function<String, Answer> lookUp) {
        Access access =
                new Access(
                        InetAddress.ofLiteral("192.0.2.7"),
                        false,
                        Optional.of("alice"),
                        Inbound.SOCKS5,
                        destination(destination));
        return Explanation.of(
                access,
                upstream,
                new Policy(RULES, Guarding.LOCAL, upstream.equals(DIRECT)),
                lookUp);
    }

    @Test
    void judgesEachAddressOfAName() {
        Explanation mixed =
                explain("name.test:443", DIRECT, finds("203.0.113.1", "127.0.0.1", "198.51.100.1"));
        assertThat(mixed.allows()).isTrue();
        assertThat(ExplanationText.lines(mixed).lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("allowed: name.test:443"),
                        line ->
                                assertThat(line)
                                        .isEqualTo(
                                                "  client    192.0.2.7, user alice, inbound socks5"),
                        line ->
                                assertThat(line)
                                        .isEqualTo(
                                                "  asked     looked up by the default; c.toml:3 reports that it would deny it"),
                        line -> assertThat(line).contains("203.0.113.1: denied by c.toml:11"),
                        line -> assertThat(line).contains("127.0.0.1: guarded, it is in "),
                        line -> assertThat(line).contains("198.51.100.1: allowed by the default"),
                        line -> assertThat(line).isEqualTo("  upstream  direct"));
    }

    @Test
    void refusesANameOfWhichNoAddressIsAllowed() {
        assertThat(explain("name.test:443", DIRECT, finds("203.0.113.1", "::1")).allows())
                .isFalse();
    }

    @Test
    void looksNothingUpThatIsRefusedAsItIsAsked() {
        Explanation denied = explain("www.denied.test:443", DIRECT, ExplanationTest::unasked);
        assertThat(denied.allows()).isFalse();
        assertThat(ExplanationText.lines(denied))
                .startsWith("refused: www.denied.test:443\n")
                .contains("  asked     denied by c.toml:7;")
                .doesNotContain("address");
    }

    @Test
    void leavesNamesToAParent() {
        Explanation allowed = explain("name.test:443", PARENT, ExplanationTest::unasked);
        assertThat(allowed.allows()).isTrue();
        assertThat(ExplanationText.lines(allowed))
                .contains("the parent finds it", "  upstream  socks5 parent.test:1080");
        assertThat(explain("203.0.113.1:443", PARENT, ExplanationTest::unasked).allows()).isFalse();
    }

    @Test
    void takesANameWithoutAddressesForRefused() {
        Explanation unknown = explain("name.test:443", DIRECT, _ -> new Answer.NotFound());
        assertThat(unknown.allows()).isFalse();
        assertThat(ExplanationText.lines(unknown)).contains("none: there is no such name");
    }

    @Test
    void tellsProgramsTheSame() {
        JsonObject json =
                JsonParser.parseString(
                                ExplanationText.json(
                                        explain(
                                                "name.test:443",
                                                DIRECT,
                                                finds("203.0.113.1", "::1"))))
                        .getAsJsonObject();
        assertThat(json.get("verdict").getAsString()).isEqualTo("refused");
        assertThat(json.get("user").getAsString()).isEqualTo("alice");
        assertThat(json.getAsJsonObject("asked").get("verdict").getAsString())
                .isEqualTo("looked up");
        assertThat(json.getAsJsonObject("asked").get("report").getAsString()).isEqualTo("c.toml:3");
        JsonObject first = json.getAsJsonArray("addresses").get(0).getAsJsonObject();
        assertThat(first.get("address").getAsString()).isEqualTo("203.0.113.1");
        assertThat(first.get("rule").getAsString()).isEqualTo("c.toml:11");
        JsonObject second = json.getAsJsonArray("addresses").get(1).getAsJsonObject();
        assertThat(second.get("verdict").getAsString()).isEqualTo("guarded");
        assertThat(second.get("address").getAsString()).isEqualTo("::1");
        assertThat(json.get("upstream").getAsString()).isEqualTo("direct");
    }
}
