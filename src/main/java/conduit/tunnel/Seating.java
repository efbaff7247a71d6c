package conduit.tunnel;

import conduit.limits.Exceeded;
import conduit.limits.Seat;
import io.netty.channel.Channel;
import java.util.Optional;

/** What the limits mean for a client, as a refusal. */
public final class Seating {

    private Seating() {}

    /** Why a connection that has been accepted is to be turned away at once, if it is. */
    public static Optional<Refused> refusal(Channel accepted) {
        return Seat.of(accepted).exceeded().map(Seating::refused);
    }

    /** Why a client may not have its connection now that its user is known, if that is so. */
    static Optional<Refused> refusal(Channel client, Optional<String> user) {
        return user.flatMap(name -> Seat.of(client).belongsTo(name)).map(Seating::refused);
    }

    /** The refusal of a connection that would exceed a limit. */
    public static Refused refused(Exceeded exceeded) {
        Refusal refusal =
                switch (exceeded.limit()) {
                    case CLIENT_CONNECTIONS -> Refusal.CLIENT_CONNECTION_LIMIT;
                    case CLIENT_RATE -> Refusal.CLIENT_RATE_LIMIT;
                    case USER_CONNECTIONS -> Refusal.USER_CONNECTION_LIMIT;
                };
        return Refused.of(refusal, exceeded.detail());
    }
}
