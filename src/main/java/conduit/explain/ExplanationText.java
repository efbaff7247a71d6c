package conduit.explain;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import conduit.address.IpLiteral;
import conduit.config.Upstream;
import conduit.config.rules.Rule;
import conduit.explain.Explanation.Judged;
import conduit.explain.Explanation.Reached;
import conduit.policy.Decision;
import conduit.policy.Decision.Verdict;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The one place where explanations become text. */
public final class ExplanationText {

    private static final Gson JSON =
            new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();

    private static final String ALLOWED = "allowed";

    private ExplanationText() {}

    /** For people, without a newline at the end. */
    public static String lines(Explanation explanation) {
        List<String> lines = new ArrayList<>();
        lines.add(
                (explanation.allows() ? "allowed: " : "refused: ")
                        + explanation.access().destination());
        lines.add(
                line(
                        "client",
                        address(explanation.access().client())
                                + (explanation.access().onThisMachine() ? " (this machine)" : "")
                                + explanation.access().user().map(", user "::concat).orElse("")
                                + ", inbound "
                                + explanation.access().inbound().label()));
        lines.add(line("asked", words(explanation.asked(), allowed(explanation))));
        switch (explanation.reached()) {
            case Reached.Nothing() -> {}
            case Reached.Parent() ->
                    lines.add(line("address", "the parent finds it; no rule and no guard sees it"));
            case Reached.Unknown(String why) -> lines.add(line("address", "none: " + why));
            case Reached.Addresses(var judged) -> judged.forEach(one -> lines.add(line(one)));
        }
        lines.add(line("upstream", upstream(explanation.upstream())));
        return String.join("\n", lines);
    }

    private static String line(Judged one) {
        return line("address", address(one.address()) + ": " + words(one.decision(), ALLOWED));
    }

    private static String line(String what, String says) {
        return "  %-9s %s".formatted(what, says);
    }

    /** Of a name that is looked up it is not known yet whether the rule will hold. */
    private static String allowed(Explanation explanation) {
        return explanation.isLookedUp() ? "looked up" : ALLOWED;
    }

    private static String words(Decision decision, String allowed) {
        String verdict =
                switch (decision.verdict()) {
                    case Verdict.Allowed(var by) -> allowed + " by " + name(by);
                    case Verdict.Denied(var by) -> "denied by " + name(by);
                    case Verdict.Guarded(String block) -> "guarded, it is in " + block;
                };
        return verdict
                + decision.wouldDeny()
                        .map(rule -> "; " + rule.where() + " reports that it would deny it")
                        .orElse("");
    }

    private static String name(Optional<Rule> rule) {
        return rule.map(Rule::where).orElse("the default");
    }

    /** An object for programs. */
    public static String json(Explanation explanation) {
        JsonObject object = new JsonObject();
        object.addProperty("verdict", explanation.allows() ? "allowed" : "refused");
        object.addProperty("destination", explanation.access().destination().toString());
        object.addProperty("client", address(explanation.access().client()));
        object.addProperty("on_this_machine", explanation.access().onThisMachine());
        explanation.access().user().ifPresent(user -> object.addProperty("user", user));
        object.addProperty("inbound", explanation.access().inbound().label());
        object.add("asked", object(explanation.asked(), allowed(explanation)));
        switch (explanation.reached()) {
            case Reached.Nothing(), Reached.Parent() -> {}
            case Reached.Unknown(String why) -> object.addProperty("lookup", why);
            case Reached.Addresses(var judged) -> object.add("addresses", array(judged));
        }
        object.addProperty("upstream", upstream(explanation.upstream()));
        return JSON.toJson(object);
    }

    private static JsonArray array(List<Judged> judged) {
        JsonArray array = new JsonArray();
        for (Judged one : judged) {
            JsonObject object = object(one.decision(), ALLOWED);
            object.addProperty("address", address(one.address()));
            array.add(object);
        }
        return array;
    }

    private static JsonObject object(Decision decision, String allowed) {
        JsonObject object = new JsonObject();
        switch (decision.verdict()) {
            case Verdict.Allowed(var by) -> addVerdict(object, allowed, by);
            case Verdict.Denied(var by) -> addVerdict(object, "denied", by);
            case Verdict.Guarded(String block) -> {
                object.addProperty("verdict", "guarded");
                object.addProperty("block", block);
            }
        }
        decision.wouldDeny().ifPresent(rule -> object.addProperty("report", rule.where()));
        return object;
    }

    private static void addVerdict(JsonObject object, String verdict, Optional<Rule> by) {
        object.addProperty("verdict", verdict);
        by.ifPresent(rule -> object.addProperty("rule", rule.where()));
    }

    /** Brackets are for where a port follows. */
    private static String address(InetAddress address) {
        String text = IpLiteral.withoutPort(address);
        return text.startsWith("[") ? text.substring(1, text.length() - 1) : text;
    }

    private static String upstream(Upstream upstream) {
        return switch (upstream) {
            case Upstream.Direct() -> "direct";
            case Upstream.HttpParent(var at, var _) -> "http " + at;
            case Upstream.SocksParent(var at, var _) -> "socks5 " + at;
        };
    }
}
