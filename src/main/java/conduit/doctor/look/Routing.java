package conduit.doctor.look;

import conduit.doctor.ask.Json;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.Mark;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The routing rules and routes of both families, as ip(8) lists them. */
public record Routing(Map<Family, List<Rule>> rules, Map<Family, List<Route>> routes) {

    private static final String DEFAULT = "default";

    /** Copies the maps. */
    public Routing {
        rules = Map.copyOf(rules);
        routes = Map.copyOf(routes);
    }

    /** A rule of ip-rule(8); those without a mark hold for packets of any. */
    public record Rule(Optional<Mark> mark, String table) {
        static Rule of(Json rule) {
            OptionalInt value = rule.get("fwmark").number();
            OptionalInt mask = rule.get("fwmask").number();
            return new Rule(
                    value.isPresent()
                            ? Optional.of(new Mark(value.getAsInt(), mask.orElse(-1)))
                            : Optional.empty(),
                    rule.get("table").text().orElse("main"));
        }
    }

    /** A route of ip-route(8). */
    public record Route(String table, String type, String destination, String device) {
        static Route of(Json route) {
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

    /** The tables in which packets with this mark are looked up because of their mark. */
    public List<String> tablesOf(Family family, int mark) {
        return of(rules, family).stream()
                .filter(rule -> rule.mark().filter(wanted -> wanted.fits(mark)).isPresent())
                .map(Rule::table)
                .toList();
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
