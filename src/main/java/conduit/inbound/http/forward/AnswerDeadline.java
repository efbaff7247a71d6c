package conduit.inbound.http.forward;

import java.time.Duration;

/**
 * How long the next hop may be silent once it is its turn: from when its kernel has all of the
 * request, and anew from each interim response or part of a head. Lives on the client's event loop.
 */
final class AnswerDeadline {

    /** How often in the timeout it is looked whether the origin has got more of the request. */
    private static final int LOOKS = 10;

    /** After so many looks without more, twice the timeout, it takes nothing any longer. */
    private static final int LOOKS_IN_VAIN = 2 * LOOKS;

    private final Duration longest;
    private final ExchangeWaits waits;
    private final Serving serving;
    private final Runnable silent;

    /**
     * One that has not begun.
     *
     * @param silent called when it is over, unless the waits are stopped before
     */
    AnswerDeadline(Duration longest, ExchangeWaits waits, Serving serving, Runnable silent) {
        this.longest = longest;
        this.waits = waits;
        this.serving = serving;
        this.silent = silent;
    }

    /** The request has been written whole. */
    void begin() {
        // What the origin has said before, as 100 Continue, is no answer to what it now has.
        if (!serving.response().begun()) {
            awaitArrival(Long.MAX_VALUE, LOOKS_IN_VAIN);
        }
    }

    /** Until its kernel has all of the request it cannot answer it. */
    private void awaitArrival(long wasBehind, int looksLeft) {
        long behind = serving.origin().behind();
        if (behind == 0) {
            awaitAnswer();
        } else if (behind >= wasBehind && looksLeft == 0) {
            silent.run();
        } else {
            int left = behind < wasBehind ? LOOKS_IN_VAIN : looksLeft - 1;
            waits.forFirstByte(longest.dividedBy(LOOKS), () -> awaitArrival(behind, left));
        }
    }

    private void awaitAnswer() {
        long heard = serving.origin().heard();
        waits.forFirstByte(
                longest,
                () -> {
                    if (serving.origin().heard() == heard) {
                        silent.run();
                    } else if (!serving.response().begun()) {
                        // An interim response, or a part of a head.
                        awaitAnswer();
                    }
                });
    }
}
