package conduit.tunnel;

import conduit.config.Inbound;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * How much there was at one moment: what is open, and the bytes that have crossed since the process
 * began, those of what is still open included. No byte is in it twice, and none leaves it.
 */
public final class Census {

    /** What an open tunnel or exchange is doing. */
    public enum State {
        /** Its remote is being reached. */
        CONNECTING,
        /** Bytes crossed it within the last minute. */
        ACTIVE,
        /** None did. */
        IDLE;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The word for metrics and docs: {@code idle}. */
        public String label() {
            return label;
        }
    }

    private static final class Tally {
        private final Map<State, Integer> open = new EnumMap<>(State.class);
        private long up;
        private long down;
    }

    private final Map<Inbound, Tally> tallies = new EnumMap<>(Inbound.class);

    /** Nothing. */
    public Census() {
        for (Inbound inbound : Inbound.values()) {
            tallies.put(inbound, new Tally());
        }
    }

    private Tally of(Inbound inbound) {
        return Objects.requireNonNull(tallies.get(inbound));
    }

    void found(Inbound inbound, State state) {
        of(inbound).open.merge(state, 1, Integer::sum);
    }

    void crossed(Inbound inbound, long bytesUp, long bytesDown) {
        Tally tally = of(inbound);
        tally.up += bytesUp;
        tally.down += bytesDown;
    }

    /** Takes in what another one has, too. */
    void add(Census other) {
        other.tallies.forEach((inbound, more) -> {
            Tally tally = of(inbound);
            more.open.forEach((state, count) -> tally.open.merge(state, count, Integer::sum));
            tally.up += more.up;
            tally.down += more.down;
        });
    }

    /** The same, with no byte less than an earlier one has; two may be taken at once. */
    public Census notBefore(Census earlier) {
        tallies.forEach((inbound, tally) -> {
            tally.up = Math.max(tally.up, earlier.up(inbound));
            tally.down = Math.max(tally.down, earlier.down(inbound));
        });
        return this;
    }

    /** How many tunnels and exchanges of that inbound are open and doing this. */
    public int open(Inbound inbound, State state) {
        return of(inbound).open.getOrDefault(state, 0);
    }

    /** Bytes of payload delivered to remotes. */
    public long up(Inbound inbound) {
        return of(inbound).up;
    }

    /** Bytes of payload delivered to clients. */
    public long down(Inbound inbound) {
        return of(inbound).down;
    }
}
