package conduit.admin;

import conduit.address.Parsed;
import conduit.metrics.TopTalkers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Of whom the largest are wanted, and how many of them. */
record TopQuery(TopTalkers.By by, int limit) {

    private static final int MANY = 10;

    /** What the parameters of a query ask for, or what is wrong with them. */
    static Parsed<TopQuery> of(Map<String, List<String>> given) {
        return switch (Parameters.of(given, Set.of("by", "limit"))) {
            case Parsed.Invalid<Parameters>(String why) -> Parsed.invalid(why);
            case Parsed.Valid<Parameters>(Parameters parameters) -> of(parameters);
        };
    }

    private static Parsed<TopQuery> of(Parameters parameters) {
        Optional<TopTalkers.By> by =
                parameters.oneOf(TopTalkers.By.values(), TopTalkers.By::label, "by");
        if (by.isEmpty()) {
            return Parsed.invalid("by must be client or destination");
        }
        return switch (parameters.number("limit", MANY, 1, TopTalkers.MOST)) {
            case Parsed.Invalid<Integer>(String why) -> Parsed.invalid(why);
            case Parsed.Valid<Integer>(Integer limit) ->
                    Parsed.valid(new TopQuery(by.get(), limit));
        };
    }
}
