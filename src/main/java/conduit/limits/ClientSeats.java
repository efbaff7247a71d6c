package conduit.limits;

import conduit.config.ConnectionLimits;
import conduit.limits.Exceeded.Limit;
import io.netty.util.NetUtil;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What one client has. Changed only within its entry of the map of all, which lets one thread in at
 * a time.
 */
final class ClientSeats {

    /**
     * So many of a client's connections at a time are turned away with an answer, which lasts until
     * it has read it. The rest is reset, or a client at its limit could take all seats by
     * hammering.
     */
    private static final int MOST_ANSWERED = 16;

    private static final long SECOND = 1_000_000_000;

    private int seated;
    private int answered;

    /**
     * When its next connection would come if all so far had kept their distance (the generic cell
     * rate algorithm, ITU-T I.371), in the past for a client that is slower than it may be.
     */
    private long nextAt;

    ClientSeats(long now) {
        nextAt = now;
    }

    /** Decides about a new connection. */
    ClientSeats take(Seat seat, ConnectionLimits limits, long now) {
        OptionalInt atATime = limits.perClient();
        if (atATime.isPresent() && seated >= atATime.getAsInt()) {
            turnAway(
                    seat,
                    Limit.CLIENT_CONNECTIONS,
                    " has %d connections, as many as a client may have",
                    atATime.getAsInt());
            return this;
        }
        OptionalInt aSecond = limits.newPerClient();
        if (aSecond.isPresent() && !keepsPace(SECOND / aSecond.getAsInt(), now)) {
            turnAway(
                    seat,
                    Limit.CLIENT_RATE,
                    " has opened more than %d connections within a second",
                    aSecond.getAsInt());
            return this;
        }
        seated++;
        return this;
    }

    /** Whether it may have one now, and if so counts it: a second's worth at once. */
    private boolean keepsPace(long distance, long now) {
        long from = nextAt - now > 0 ? nextAt : now;
        if (from + distance - now > SECOND) {
            return false;
        }
        nextAt = from + distance;
        return true;
    }

    private void turnAway(Seat seat, Limit limit, String what, int most) {
        boolean toldSo = answered < MOST_ANSWERED;
        if (toldSo) {
            answered++;
        }
        String who =
                seat.client().isIpv4()
                        ? NetUtil.toAddressString(seat.client().first())
                        : seat.client().toString();
        seat.turnAway(new Exceeded(limit, who + what.formatted(most)), toldSo);
    }

    /** One of its connections has ended: null when nothing is left to be known of it. */
    @Nullable ClientSeats release(Seat seat, long now) {
        if (seat.exceeded().isEmpty()) {
            seated--;
        } else if (seat.isToldWhy()) {
            answered--;
        }
        return unlessOver(now);
    }

    /** This, or null when nothing is left to be known. */
    @Nullable ClientSeats unlessOver(long now) {
        return seated == 0 && answered == 0 && nextAt - now <= 0 ? null : this;
    }
}
