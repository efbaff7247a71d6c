package conduit.tunnel;

import conduit.address.Destination;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.util.Optional;

/** A way to reach destinations. Everything happens on the event loop given. */
@FunctionalInterface
public interface Connector {

    /** Says which addresses of a destination may be dialled. */
    @FunctionalInterface
    interface Clearance {
        /** For whom policy has no say: a parent. */
        Clearance ANY = address -> Optional.empty();

        /**
         * Why this address may not be dialled, if it may not. Where it may, it is dialled or a
         * connection to it is used: the log has what was said of it.
         */
        Optional<Refused> refusal(InetAddress address);
    }

    /** What the connection is wanted for. */
    sealed interface Purpose {

        /** Asked for each address of the destination before conduit itself dials it. */
        Clearance clearance();

        /**
         * A byte stream to the destination.
         *
         * @param via the value of the Via field, if there is one, for a parent that is asked by
         *     HTTP
         * @param seenAs the address that a destination which is reached directly is to see in place
         *     of ours; of the destination's family
         */
        record Tunnel(Optional<String> via, Optional<InetAddress> seenAs, Clearance clearance)
                implements Purpose {}

        /** One HTTP request. A connection that has served another one does as well as a new one. */
        record Exchange(Wire wire, Clearance clearance) implements Purpose {}

        /** The same once more, after such a connection turned out to be dead: on a new one. */
        record Retry(Wire wire, Clearance clearance) implements Purpose {}
    }

    /** Who on the way of an exchange is to understand it. */
    sealed interface Wire {
        /** Everybody, so that a parent that speaks HTTP may be asked to carry it out. */
        record Plain() implements Wire {}

        /**
         * Only the destination (RFC 9110, section 4.2.2): TLS from here to there, for which a
         * parent is asked for a tunnel.
         *
         * @param via the value of the Via field, if there is one, for a parent that is asked by
         *     HTTP
         */
        record Secured(Optional<String> via) implements Wire {}
    }

    /**
     * Begins to reach a destination. Exactly one end is told to {@code caller}, later or before
     * this returns, unless the attempt is cancelled first: then none is.
     */
    Attempt connect(Destination destination, Purpose purpose, EventLoop loop, Caller caller);

    /** A connection in the making. */
    interface Attempt {
        /** Gives up: closes what was opened. Does nothing once the caller has been told. */
        void cancel();

        /** How far it has come: lookup, connect or handshake. */
        Phase phase();
    }

    /** Who asked. */
    interface Caller {
        /** The attempt has come to another phase, which may be one that it was in before. */
        void entered(Phase phase);

        /** There is a connection, which belongs to the caller from here on. */
        void connected(Remote remote);

        /** The destination could not be reached. */
        void failed(Refused refused);
    }

    /**
     * A connection that has been made.
     *
     * @param channel on the loop that was given; it does not read until told to. What has arrived
     *     on it already comes to the handlers that the caller adds before it returns. One that has
     *     served before has the handlers of then.
     * @param dialled the address of the destination, if it was conduit that dialled it
     * @param usedBefore whether it has served before, so that its peer may have closed it unseen
     * @param keeper who takes the connection when it could serve another exchange
     */
    record Remote(
            Channel channel,
            NextHop hop,
            Optional<InetAddress> dialled,
            boolean usedBefore,
            Keeper keeper) {

        /** A new connection that nobody wants back. */
        public Remote(Channel channel, NextHop hop, Optional<InetAddress> dialled) {
            this(channel, hop, dialled, false, Channel::close);
        }
    }

    /** Keeps connections that no exchange uses at the moment. */
    @FunctionalInterface
    interface Keeper {
        /**
         * Takes a connection over on which everything has been said. Its handlers stay, and close
         * it when its peer says anything unasked. On its loop.
         */
        void takeBack(Channel channel);
    }

    /** Who reads what is written to a connection. */
    sealed interface NextHop {
        /** The destination itself, whatever carries the bytes there. */
        record Origin() implements NextHop {}

        /**
         * A parent HTTP proxy, which wants a request in absolute form (RFC 9112, section 3.2.2).
         *
         * @param at where it listens; its name for people
         * @param authorization the value of the Proxy-Authorization field, if it wants one
         */
        record HttpParent(Destination at, Optional<String> authorization) implements NextHop {
            /** Without the credentials. */
            @Override
            public String toString() {
                return "HttpParent[at=" + at + "]";
            }
        }
    }
}
