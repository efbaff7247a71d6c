package conduit.limits;

import conduit.address.Network;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one accepted connection holds of the limits, from accept until its descriptor is closed. It
 * knows no channel, so that those of an idle tunnel can be collected. Lives on the client's event
 * loop.
 */
public final class Seat {

    /** An attribute, since the socket passes through many hands that have no use for it. */
    private static final AttributeKey<Seat> OF_CHANNEL = AttributeKey.valueOf(Seat.class, "seat");

    private final @Nullable Network client;
    private final Seats seats;
    private @Nullable Exceeded exceeded;
    private boolean toldWhy;
    private @Nullable String user;
    private boolean released;

    private Seat(@Nullable Network client, Seats seats) {
        this.client = client;
        this.seats = seats;
    }

    /** Of a client that is not limited by itself. */
    static Seat ofAnybody(Seats seats) {
        return new Seat(null, seats);
    }

    static Seat of(Network client, Seats seats) {
        return new Seat(client, seats);
    }

    /**
     * The seat of the connection on this channel.
     *
     * @throws NullPointerException when it was not accepted here
     */
    public static Seat of(Channel accepted) {
        return Objects.requireNonNull(accepted.attr(OF_CHANNEL).get(), "no seat");
    }

    /** From here on it is the channel's, until that is closed. */
    public void bindTo(Channel accepted) {
        accepted.attr(OF_CHANNEL).set(this);
        accepted.closeFuture().addListener(closed -> release());
    }

    boolean hasClient() {
        return client != null;
    }

    Network client() {
        return Objects.requireNonNull(client);
    }

    void turnAway(Exceeded limit, boolean isToldWhy) {
        exceeded = limit;
        toldWhy = isToldWhy;
    }

    /** Why the connection is to be turned away, if it is. */
    public Optional<Exceeded> exceeded() {
        return Optional.ofNullable(exceeded);
    }

    /** Of one that is to be turned away: whether it is to be told why, or closed at once. */
    public boolean isToldWhy() {
        return toldWhy;
    }

    /**
     * Its user is known, and the connection counts for this one instead of an earlier one.
     *
     * @return why the user may not have it, if that is so; then it counts for nobody
     */
    public Optional<Exceeded> belongsTo(String name) {
        if (name.equals(user)) {
            return Optional.empty();
        }
        leaveUser();
        if (!released) {
            seats.takeOfUser(name, this);
        }
        return released || name.equals(user)
                ? Optional.empty()
                : Optional.of(seats.exceededBy(name));
    }

    void takenBy(String name) {
        user = name;
    }

    private void leaveUser() {
        String before = user;
        if (before != null) {
            user = null;
            seats.releaseOfUser(before);
        }
    }

    /** The descriptor is closed. What comes after the first time does nothing. */
    public void release() {
        if (!released) {
            released = true;
            leaveUser();
            seats.release(this);
        }
    }
}
