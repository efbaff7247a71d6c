package conduit.tunnel;

import conduit.address.Destination;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;

/** A way to reach destinations. Everything happens on the event loop given. */
@FunctionalInterface
public interface Connector {

    /**
     * Begins to reach a destination. Exactly one method of {@code caller} is called, later or
     * before this returns, unless the attempt is cancelled first: then none is.
     */
    Attempt connect(Destination destination, EventLoop loop, Caller caller);

    /** A dial under way. */
    @FunctionalInterface
    interface Attempt {
        /** Gives up: closes what was opened. Does nothing once the caller has been told. */
        void cancel();
    }

    /** Who asked. */
    interface Caller {
        /**
         * The remote is connected. The channel belongs to the caller from here on; it is on the
         * loop that was given, has no handlers and does not read until told to.
         */
        void connected(Channel remote);

        /** The destination could not be reached. */
        void failed(Refused refused);
    }
}
