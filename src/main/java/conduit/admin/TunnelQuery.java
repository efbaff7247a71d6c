package conduit.admin;

import conduit.address.IpLiteral;
import conduit.address.Parsed;
import conduit.config.Inbound;
import conduit.tunnel.Phase;
import conduit.tunnel.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which tunnels and exchanges are wanted, in which order, and which part of them.
 *
 * @param filter what must occur in the id, client, user, destination or remote; in lower case
 * @param descending whether the largest comes first
 * @param limit how many at most, 1 to {@link #MOST}
 * @param offset how many are left out before
 */
record TunnelQuery(
        Optional<String> filter,
        Optional<Inbound> inbound,
        Optional<Phase> phase,
        TunnelOrder order,
        boolean descending,
        int limit,
        int offset) {

    static final int MOST = 1_000;

    private static final int MANY = 100;
    private static final int FAR = 100_000_000;

    private static final Set<String> NAMES =
            Set.of("filter", "inbound", "phase", "sort", "order", "limit", "offset");

    /** What the parameters of a query ask for, or what is wrong with them. */
    static Parsed<TunnelQuery> of(Map<String, List<String>> given) {
        return switch (Parameters.of(given, NAMES)) {
            case Parsed.Invalid<Parameters>(String why) -> Parsed.invalid(why);
            case Parsed.Valid<Parameters>(Parameters parameters) -> of(parameters);
        };
    }

    private static Parsed<TunnelQuery> of(Parameters parameters) {
        Optional<Inbound> inbound = parameters.oneOf(Inbound.values(), Inbound::label, "inbound");
        Optional<Phase> phase = parameters.oneOf(Phase.values(), Phase::label, "phase");
        Optional<TunnelOrder> order =
                parameters.text("sort").isEmpty()
                        ? Optional.of(TunnelOrder.AGE)
                        : parameters.oneOf(TunnelOrder.values(), TunnelOrder::label, "sort");
        String direction = parameters.text("order").orElse("desc");
        if (inbound.isEmpty() && parameters.text("inbound").isPresent()) {
            return Parsed.invalid("inbound is not one of docs/access-log.md");
        }
        if (phase.isEmpty() && parameters.text("phase").isPresent()) {
            return Parsed.invalid("phase is not one of docs/access-log.md");
        }
        if (order.isEmpty()) {
            return Parsed.invalid("sort must be one of " + TunnelOrder.names());
        }
        if (!direction.equals("asc") && !direction.equals("desc")) {
            return Parsed.invalid("order must be asc or desc");
        }
        Parsed<Integer> limit = parameters.number("limit", MANY, 1, MOST);
        if (!(limit instanceof Parsed.Valid<Integer>(Integer most))) {
            return Parsed.invalid(((Parsed.Invalid<Integer>) limit).why());
        }
        Parsed<Integer> offset = parameters.number("offset", 0, 0, FAR);
        if (!(offset instanceof Parsed.Valid<Integer>(Integer before))) {
            return Parsed.invalid(((Parsed.Invalid<Integer>) offset).why());
        }
        return Parsed.valid(
                new TunnelQuery(
                        parameters.text("filter").map(text -> text.toLowerCase(Locale.ROOT)),
                        inbound,
                        phase,
                        order.get(),
                        direction.equals("desc"),
                        most,
                        before));
    }

    /** Whether this is one of those that are wanted. */
    boolean wants(Statement statement) {
        return inbound.filter(one -> one != statement.inbound()).isEmpty()
                && phase.filter(one -> one != statement.phase()).isEmpty()
                && (filter.isEmpty() || occursIn(statement, filter.get()));
    }

    private static boolean occursIn(Statement statement, String text) {
        return statement.destination().toString().toLowerCase(Locale.ROOT).contains(text)
                || IpLiteral.withPort(statement.client()).contains(text)
                || statement
                        .user()
                        .filter(user -> user.toLowerCase(Locale.ROOT).contains(text))
                        .isPresent()
                || statement
                        .remote()
                        .filter(remote -> IpLiteral.withPort(remote).contains(text))
                        .isPresent()
                || statement.id().toString().contains(text);
    }
}
