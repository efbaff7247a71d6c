package conduit.config.interception;

import java.util.List;
import java.util.Optional;

/**
 * Which connections rules bring to conduit. Valid once constructed: there is somebody whose
 * connections they are, and what {@link #firstContradiction} looks for is not there.
 *
 * @param port of the transparent listener
 * @param arrivingAt the interfaces at which connections arrive that this machine forwards; may be
 *     empty
 * @param own which connections of this machine itself, if any
 */
public record Interception(
        Means means, int port, List<String> arrivingAt, Optional<OwnConnections> own, Scope scope) {

    /** What parts that are each possible make impossible together. */
    public enum Contradiction {
        /** Neither those that arrive nor the machine's own. */
        NOBODY,
        /** The mark that tells conduit's connections is the one that the rules set on others'. */
        EXEMPTS_WHAT_IT_MARKS,
        /**
         * The machine's own connections cannot go on unproxied: they have been rerouted already.
         */
        OWN_CANNOT_FAIL_OPEN
    }

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException for a contradiction, or without a port
     */
    public Interception {
        arrivingAt = List.copyOf(arrivingAt);
        Optional<Contradiction> contradiction = firstContradiction(means, arrivingAt, own);
        if (contradiction.isPresent()) {
            throw new IllegalArgumentException(contradiction.get().toString());
        }
        if (port < 1 || port > 0xffff) {
            throw new IllegalArgumentException("no port: " + port);
        }
    }

    /** The first contradiction in these parts, if any. */
    public static Optional<Contradiction> firstContradiction(
            Means means, List<String> arrivingAt, Optional<OwnConnections> own) {
        if (arrivingAt.isEmpty() && own.isEmpty()) {
            return Optional.of(Contradiction.NOBODY);
        }
        if (!(means instanceof Means.Tproxy tproxy) || own.isEmpty()) {
            return Optional.empty();
        }
        if (own.get().exemptions().contains(new Exemption.OfMark(tproxy.mark()))) {
            return Optional.of(Contradiction.EXEMPTS_WHAT_IT_MARKS);
        }
        return tproxy.whenDown() == WhenDown.OPEN
                ? Optional.of(Contradiction.OWN_CANNOT_FAIL_OPEN)
                : Optional.empty();
    }

    /** Whether connections that this machine forwards for others are among them. */
    public boolean takesForwarded() {
        return !arrivingAt.isEmpty();
    }
}
