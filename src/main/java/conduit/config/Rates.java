package conduit.config;

import java.util.Optional;

/**
 * How fast bytes may move, each way by itself; empty means as fast as they do.
 *
 * @param perConnection those of one client's connection
 * @param perClient those of all connections of one client, by its address
 * @param inTotal those of all clients
 */
public record Rates(
        Optional<Rate> perConnection, Optional<Rate> perClient, Optional<Rate> inTotal) {

    /** As fast as they do. */
    public static final Rates NONE =
            new Rates(Optional.empty(), Optional.empty(), Optional.empty());
}
