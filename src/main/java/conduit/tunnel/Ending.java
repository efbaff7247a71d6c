package conduit.tunnel;

/** How it ended: turned away for a reason, or begun and ended by one of the parties. */
public sealed interface Ending {

    /** The client was turned away. */
    record TurnedAway(Refused refused) implements Ending {}

    /** It ended; {@code by} is whose doing it was (of two ends of stream, the first). */
    record Ended(Outcome outcome, Party by, Phase phase) implements Ending {}

    /** Turned away with this refusal and detail. */
    static Ending refused(Refusal refusal, String detail) {
        return new TurnedAway(Refused.of(refusal, detail));
    }
}
