package conduit.config.file;

import conduit.address.Network;
import conduit.address.Parsed;
import conduit.address.PortRange;
import conduit.config.Inbound;
import conduit.config.rules.Action;
import conduit.config.rules.Rule;
import conduit.config.rules.Target;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads one {@code [[rules]]}. */
final class RuleTable {

    private static final String ACTION = "action";
    private static final String GUARD = "guard";
    private static final List<String> KEYS =
            List.of(ACTION, "from", "users", "inbounds", "to", "ports", GUARD);

    private static final List<Inbound> INBOUNDS =
            List.of(Inbound.CONNECT, Inbound.FORWARD, Inbound.SOCKS5, Inbound.TRANSPARENT);

    private final Document.Table table;
    private final Flaws flaws;

    private Optional<Action> action = Optional.empty();
    private List<Network> from = List.of();
    private Set<String> users = Set.of();
    private final Set<Inbound> inbounds = EnumSet.noneOf(Inbound.class);
    private List<Target> to = List.of();
    private List<PortRange> ports = List.of();
    private boolean unguarded;

    private RuleTable(Document.Table table, Flaws flaws) {
        this.table = table;
        this.flaws = flaws;
    }

    /** The rule; nothing when its action is not understood, which is then noted. */
    static Optional<Rule> read(Document.Table table, Flaws flaws) {
        return new RuleTable(table, flaws).read();
    }

    private Optional<Rule> read() {
        table.entries().forEach(this::take);
        if (table.entries().stream().noneMatch(entry -> entry.key().equals(ACTION))) {
            flaws.key(
                    table.place(),
                    "rules",
                    "the action is missing",
                    "action = \"allow\", \"deny\" or \"report\"");
        }
        table.entries().stream()
                .filter(entry -> entry.key().equals(GUARD))
                .filter(_ -> action.isPresent() && action.get() != Action.ALLOW)
                .forEach(entry ->
                        flaws.key(
                                entry.place(),
                                GUARD,
                                "it has no use where nothing is allowed",
                                "it in rules with action = \"allow\""));
        return action.map(does ->
                new Rule(
                        does,
                        from,
                        users,
                        inbounds,
                        to,
                        ports,
                        unguarded,
                        table.place().lineOnly()));
    }

    private void take(Entry entry) {
        switch (entry.key()) {
            case ACTION ->
                    action =
                            Typed.text(entry, flaws)
                                    .flatMap(text ->
                                            Typed.word(
                                                    text, ACTION, List.of(Action.values()), flaws));
            case "from" ->
                    from =
                            Typed.each(
                                    Typed.texts(entry, flaws),
                                    entry.key(),
                                    "a network",
                                    "an address or a network, for example \"192.0.2.0/24\"",
                                    Network::parse,
                                    flaws);
            case "users" ->
                    users =
                            Set.copyOf(
                                    Typed.each(
                                            Typed.texts(entry, flaws),
                                            entry.key(),
                                            "the name of a user",
                                            "a name, for example \"alice\"",
                                            RuleTable::user,
                                            flaws));
            case "inbounds" ->
                    Typed.texts(entry, flaws)
                            .forEach(text ->
                                    Typed.word(text, entry.key(), INBOUNDS, flaws)
                                            .ifPresent(inbounds::add));
            case "to" ->
                    to =
                            Typed.each(
                                    Typed.texts(entry, flaws),
                                    entry.key(),
                                    "a destination",
                                    "a network, a name, \".name\" with all below it, or \"*\"",
                                    Target::parse,
                                    flaws);
            case "ports" ->
                    ports =
                            Typed.each(
                                    numbersAndTexts(entry),
                                    entry.key(),
                                    "a port or a range",
                                    "1 to 65535, for example 443 or \"8000-8999\"",
                                    PortRange::parse,
                                    flaws);
            case GUARD -> guard(entry);
            case "default" ->
                    flaws.key(
                            entry.place(),
                            entry.key(),
                            "it stands in a rule",
                            "it above the first [[rules]]");
            default ->
                    flaws.unknown(
                            entry.place(),
                            entry.key(),
                            KEYS,
                            KEYS.stream().collect(Collectors.joining(", ", "one of ", ""))
                                    + " in a rule; other keys stand above the first [[rules]]");
        }
    }

    private static Parsed<String> user(String text) {
        return text.isEmpty() ? Parsed.invalid("it is empty") : Parsed.valid(text);
    }

    private List<Value> numbersAndTexts(Entry entry) {
        return Typed.values(entry, flaws).stream()
                .filter(value -> {
                    boolean fits =
                            value.type() == Value.Type.INTEGER || value.type() == Value.Type.STRING;
                    if (!fits) {
                        flaws.type(value, entry.key(), Value.Type.INTEGER);
                    }
                    return fits;
                })
                .toList();
    }

    private void guard(Entry entry) {
        Optional<Value> text = Typed.text(entry, flaws);
        unguarded = text.filter(value -> value.text().equals("off")).isPresent();
        if (text.isPresent() && !unguarded) {
            flaws.value(text.get(), GUARD, "is not possible here", "\"off\", or no such key");
        }
    }
}
