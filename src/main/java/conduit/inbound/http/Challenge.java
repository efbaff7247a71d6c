package conduit.inbound.http;

import io.netty.channel.ChannelFuture;

/**
 * An answer that lets the client ask again on the same connection: the next request is read once
 * the kernel has the answer, so that they do not pile up here, and the rest of this one has come.
 * On the client's event loop.
 */
final class Challenge {

    private final ChannelFuture told;
    private boolean requestEnded;

    Challenge(ChannelFuture told) {
        this.told = told;
    }

    /** The request has been read to its end: what comes next goes on behind the answer. */
    void requestEnded(Runnable next) {
        requestEnded = true;
        told.addListener(written -> {
            if (written.isSuccess()) {
                next.run();
            }
        });
    }

    /** Whether some of the request is still to come, and to be thrown away. */
    boolean wantsMore() {
        return !requestEnded;
    }
}
