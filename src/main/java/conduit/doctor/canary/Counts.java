package conduit.doctor.canary;

import conduit.doctor.ask.Json;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How many of the canary's packets came by: those that it sent, of these those that a rule marked
 * or sent elsewhere, those that were delivered on this machine, and those that left it.
 */
record Counts(long sent, long caught, long delivered, long passed) {

    /** From {@code nft -j list counters} (libnftables-json(5)). */
    static Counts read(Json said) {
        Map<String, Long> packets =
                said.get("nftables")
                        .items()
                        .map(object -> object.get("counter"))
                        .filter(counter -> counter.has("packets"))
                        .collect(
                                Collectors.toMap(
                                        counter -> counter.get("name").text().orElse(""),
                                        counter -> (long) counter.get("packets").number().orElse(0),
                                        Long::sum));
        return new Counts(
                packets.getOrDefault("sent", 0L),
                packets.getOrDefault("caught", 0L),
                packets.getOrDefault("delivered", 0L),
                packets.getOrDefault("passed", 0L));
    }
}
