package conduit.config.file;

import conduit.config.rules.Action;
import conduit.config.rules.Rule;
import conduit.config.rules.RuleSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What {@code [[rules]]} and {@code default} mean together. */
public final class RulesSection {

    private static final String DEFAULT = "default";
    private static final String RULES = "rules";

    /** The keys that belong to the rules, outside of them. */
    public static final Set<String> KEYS = Set.of(DEFAULT, RULES);

    private static final String EITHER = "\"allow\" or \"deny\"";

    private RulesSection() {}

    /** The rules; none at all where the file says neither the one nor the other. */
    public static Optional<RuleSet> read(Document document, Flaws flaws) {
        entry(document, RULES)
                .ifPresent(entry ->
                        flaws.key(
                                entry.place(),
                                RULES,
                                "it is " + typeOf(entry).noun(),
                                "tables, each below a line [[rules]]"));
        List<Rule> rules =
                document.rules().stream()
                        .flatMap(table -> RuleTable.read(table, flaws).stream())
                        .toList();
        Optional<Entry> otherwise = entry(document, DEFAULT);
        if (otherwise.isPresent()) {
            return otherwise(otherwise.get(), flaws).map(action -> new RuleSet(rules, action));
        }
        if (!document.rules().isEmpty()) {
            flaws.key(
                    document.rules().getFirst().place(),
                    DEFAULT,
                    "it is missing, and there are rules",
                    EITHER + ", above the first [[rules]]");
        }
        return Optional.empty();
    }

    private static Value.Type typeOf(Entry entry) {
        return switch (entry) {
            case Entry.Single(var _, var value) -> value.type();
            case Entry.Listed _ -> Value.Type.LIST;
        };
    }

    private static Optional<Entry> entry(Document document, String key) {
        return document.entries().stream().filter(entry -> entry.key().equals(key)).findFirst();
    }

    private static Optional<Action> otherwise(Entry entry, Flaws flaws) {
        return Typed.text(entry, flaws)
                .flatMap(value ->
                        Typed.word(value, entry.key(), List.of(Action.ALLOW, Action.DENY), flaws));
    }
}
