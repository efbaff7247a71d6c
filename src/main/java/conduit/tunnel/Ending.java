package conduit.tunnel;

import conduit.relay.Side;

/** How it ended: turned away for a reason, or begun and ended by one of the sides. */
public sealed interface Ending {

    /** The client was turned away. */
    record TurnedAway(Refused refused) implements Ending {}

    /** It ended; {@code by} is the side whose doing it was (of two ends of stream, the first). */
    record Ended(Outcome outcome, Side by) implements Ending {}

    /** Turned away with this refusal and detail. */
    static Ending refused(Refusal refusal, String detail) {
        return new TurnedAway(new Refused(refusal, detail));
    }
}
