package conduit.doctor.check;

import conduit.config.Examination;
import conduit.config.Listener;
import conduit.config.SeenAs;
import conduit.doctor.ask.Found;
import conduit.doctor.ask.Json;
import conduit.doctor.look.Device;
import conduit.doctor.look.Expression;
import conduit.doctor.look.Listening;
import conduit.doctor.look.Listening.Transparency;
import conduit.doctor.look.Machine;
import conduit.doctor.look.Owner;
import conduit.doctor.look.Routing;
import conduit.doctor.look.Settings;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.IptablesReader;
import conduit.doctor.rules.NftReader;
import conduit.doctor.rules.Ruleset;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A gateway on which nothing is wrong until a test changes one thing: it has the interfaces in0 and
 * out0, and a conduit on port 8081.
 */
final class Facts {

    static final Owner CONDUIT =
            new Owner(4711, "java", 13, 14, -1, 0, 1 << 20, 1 << 20, List.of("conduit"));

    /** In the form of {@code ip -j rule} and {@code ip -j route show table all}. */
    static final String RULES =
            """
            [{"priority":0,"src":"all","table":"local"},
            {"priority":100,"src":"all","fwmark":"0x1","table":"100","protocol":"67"},
            {"priority":32766,"src":"all","table":"main"}]
            """;

    private static final String ROUTES =
            """
            [{"type":"local","dst":"default","dev":"lo","table":"100"}]
            """;

    private Found<Ruleset> rules = new Found.Seen<>(Ruleset.EMPTY);
    private final Map<Family, String> policy = new EnumMap<>(Family.class);
    private final Map<String, String> settings = new HashMap<>();
    private Owner self = CONDUIT;
    private SeenAs seenAs = SeenAs.CONDUIT;
    private Optional<Owner> holder = Optional.of(CONDUIT);

    Facts() {
        policy.put(Family.IPV4, RULES);
        policy.put(Family.IPV6, RULES);
    }

    Facts iptables(String saved) {
        rules = new Found.Seen<>(IptablesReader.read(Family.IPV4, saved));
        return this;
    }

    Facts nft(String... objects) {
        String text = "{\"nftables\":[" + String.join(",", objects) + "]}";
        rules = new Found.Seen<>(NftReader.read(Json.parse(text).seen().orElseThrow()));
        return this;
    }

    Facts unseenRules(String why) {
        rules = new Found.Unseen<>(why);
        return this;
    }

    Facts ipRules(String json) {
        policy.put(Family.IPV4, json);
        return this;
    }

    Facts setting(String path, String value) {
        settings.put(path, value);
        return this;
    }

    Facts spoofing() {
        seenAs = SeenAs.CLIENT;
        return this;
    }

    Facts examinedBy(Owner process) {
        self = process;
        return this;
    }

    Facts heldBy(Owner process) {
        holder = Optional.of(process);
        return this;
    }

    Facts withoutConduit() {
        holder = Optional.empty();
        return this;
    }

    /** What the doctor says of it. */
    List<Finding> findings() {
        return Diagnosis.of(new Situation(machine(), wanted()));
    }

    Finding finding(String check) {
        List<Finding> all = findings();
        return all.stream()
                .filter(finding -> finding.check().equals(check))
                .findFirst()
                .orElseThrow(() -> new AssertionError(check + " in " + all));
    }

    private Machine machine() {
        Map<Expression, Found<String>> expressions = new EnumMap<>(Expression.class);
        for (Expression expression : Expression.values()) {
            expressions.put(expression, new Found.Seen<>(""));
        }
        return new Machine(
                rules,
                new Found.Seen<>(routing()),
                holder.map(Facts::listener).stream().toList(),
                new Settings(settings),
                List.of(new Device("in0", List.of()), new Device("out0", List.of())),
                self,
                Map.of(Family.IPV4, Optional.empty(), Family.IPV6, Optional.empty()),
                expressions,
                List.of(),
                List.of());
    }

    private Routing routing() {
        Map<Family, List<Routing.Rule>> asked = new EnumMap<>(Family.class);
        Map<Family, List<Routing.Route>> routes = new EnumMap<>(Family.class);
        policy.forEach((family, json) -> {
            asked.put(family, items(json).stream().map(Routing.Rule::of).toList());
            routes.put(family, items(ROUTES).stream().map(Routing.Route::of).toList());
        });
        return new Routing(asked, routes);
    }

    private static List<Json> items(String json) {
        return Json.parse(json).seen().orElseThrow().items().toList();
    }

    private static Listening listener(Owner holder) {
        return new Listening(
                InetAddress.ofLiteral("::"),
                8081,
                Set.of(Family.values()),
                Transparency.TRANSPARENT,
                Optional.of(holder));
    }

    private Examination wanted() {
        return new Examination(
                List.of(
                        new Listener(
                                Listener.Protocol.TPROXY,
                                new InetSocketAddress(InetAddress.ofLiteral("::"), 8081))),
                Optional.empty(),
                seenAs,
                10_000,
                List.of("--tproxy-listen=[::]:8081"),
                Examination.Canary.KEPT,
                Examination.Form.TEXT);
    }
}
