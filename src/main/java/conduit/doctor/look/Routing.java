package conduit.doctor.look;

import conduit.doctor.ask.Json;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.Mark;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** The routing rules and routes of both families, as ip(8) lists them. */
public record Routing(Map<Family, List<Rule>> rules, Map<Family, List<Route>> routes) {

    private static final String DEFAULT = "default";

    /** Copies the maps. */
    public Routing {
        rules = Map.copyOf(rules);
        routes = Map.copyOf(routes);
    }

    /**
     * A rule of ip-rule(8); those without a mark hold for packets of any.
     *
     * @param priority the rule with the lowest number is asked first
     * @param selectors what else it wants of a packet, as ip(8) calls it; the interface, if it is
     *     one, has its name in {@code from}
     */
    public record Rule(
            Optional<Mark> mark,
            String table,
            int priority,
            List<String> selectors,
            Optional<String> from) {

        /** What ip(8) says of each rule, or besides its selectors. */
        private static final Set<String> PLAIN =
                Set.of("priority", "src", "fwmark", "fwmask", "table", "protocol");

        /** Copies the list. */
        public Rule {
            selectors = List.copyOf(selectors);
        }

        /** Reads one of {@code ip -j rule}. */
        public static Rule of(Json rule) {
            OptionalInt value = rule.get("fwmark").number();
            OptionalInt mask = rule.get("fwmask").number();
            Stream<String> sender =
                    rule
                            .get("src")
                            .text()
                            .filter(from -> !from.equals("all"))
                            .map(_ -> "from")
                            .stream();
            return new Rule(
                    value.isPresent()
                            ? Optional.of(new Mark(value.getAsInt(), mask.orElse(-1)))
                            : Optional.empty(),
                    rule.get("table").text().orElse("main"),
                    rule.get("priority").number().orElse(0),
                    Stream.concat(sender, rule.names().filter(name -> !PLAIN.contains(name)))
                            .toList(),
                    rule.get("iif").text());
        }

        private boolean fits(int wanted) {
            return mark.filter(own -> own.fits(wanted)).isPresent();
        }

        /** Whether it holds for all that has its mark, or for all that arrives at an interface. */
        private boolean holdsFor(Set<String> interfaces) {
            return selectors.isEmpty()
                    || (selectors.equals(List.of("iif"))
                            && interfaces.equals(from.map(Set::of).orElse(Set.of())));
        }
    }

    /** A route of ip-route(8). */
    public record Route(String table, String type, String destination, String device) {
        /** Reads one of {@code ip -j route}. */
        public static Route of(Json route) {
            return new Route(
                    route.get("table").text().orElse("main"),
                    route.get("type").text().orElse("unicast"),
                    route.get("dst").text().orElse(DEFAULT),
                    route.get("dev").text().orElse(""));
        }

        /** Whether it delivers whatever comes to this machine. */
        boolean deliversAllHere() {
            return type.equals("local") && isDefault();
        }

        /** Whether it holds for all destinations. */
        public boolean isDefault() {
            return List.of(DEFAULT, "0.0.0.0/0", "::/0").contains(destination);
        }
    }

    /**
     * The tables in which packets with this mark are looked up because of their mark, before they
     * are in the main table, which knows a way for most of them.
     *
     * @param interfaces where they arrive; none where it may be any
     */
    public List<String> tablesOf(Family family, int mark, Set<String> interfaces) {
        int main = main(family);
        return of(rules, family).stream()
                .filter(rule -> rule.fits(mark) && rule.priority() < main)
                .filter(rule -> rule.holdsFor(interfaces))
                .map(Rule::table)
                .toList();
    }

    /**
     * Why a rule for this mark does not count among them, for a sentence; none if there is none.
     */
    public Optional<String> missing(Family family, int mark) {
        int main = main(family);
        return of(rules, family).stream()
                .filter(rule -> rule.fits(mark))
                .map(rule ->
                        rule.priority() >= main
                                ? "the one with priority %d is behind that of the main table"
                                        .formatted(rule.priority())
                                : "the one with priority %d holds for some packets only (%s)"
                                        .formatted(
                                                rule.priority(),
                                                String.join(", ", rule.selectors())))
                .findFirst();
    }

    private int main(Family family) {
        return of(rules, family).stream()
                .filter(rule -> rule.mark().isEmpty() && rule.selectors().isEmpty())
                .filter(rule -> rule.table().equals("main"))
                .mapToInt(Rule::priority)
                .min()
                .orElse(Integer.MAX_VALUE);
    }

    /** Whether a table delivers everything to this machine. */
    public boolean deliversHere(Family family, String table) {
        return of(routes, family).stream()
                .anyMatch(route -> route.table().equals(table) && route.deliversAllHere());
    }

    /** Marks whose packets are delivered to this machine. */
    public List<Mark> deliveredMarks(Family family) {
        return of(rules, family).stream()
                .filter(rule -> deliversHere(family, rule.table()))
                .flatMap(rule -> rule.mark().stream())
                .toList();
    }

    /** The table of such a mark, if there is one. */
    public Optional<String> deliveringTable(Family family) {
        return of(rules, family).stream()
                .filter(rule -> rule.mark().isPresent() && deliversHere(family, rule.table()))
                .map(Rule::table)
                .findFirst();
    }

    /** Whether the way to everywhere leads through this device. */
    public boolean leadsOutThrough(String device) {
        return routes.values().stream()
                .flatMap(List::stream)
                .anyMatch(route ->
                        route.table().equals("main")
                                && route.isDefault()
                                && route.device().equals(device));
    }

    /** The routes of a family. */
    public List<Route> routes(Family family) {
        return of(routes, family);
    }

    private static <T> List<T> of(Map<Family, List<T>> all, Family family) {
        return all.getOrDefault(family, List.of());
    }
}
