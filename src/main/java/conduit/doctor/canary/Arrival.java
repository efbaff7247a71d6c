package conduit.doctor.canary;

import java.util.Optional;

/** What became of a canary's connection, as the canary itself sees it. */
sealed interface Arrival {

    /**
     * Somebody answered.
     *
     * @param holder the process that has the other end, where it was seen before it closed it
     */
    record Answered(Optional<String> holder) implements Arrival {}

    /** Somebody refused it with a reset. */
    record Refused() implements Arrival {}

    /** Nobody answered, or a router said that it knows no way. */
    record Lost() implements Arrival {}

    /**
     * It could not be sent.
     *
     * @param why a clause without a full stop
     */
    record NotSent(String why) implements Arrival {}
}
