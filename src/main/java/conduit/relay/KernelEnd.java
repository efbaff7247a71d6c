package conduit.relay;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One socket of a relay: a descriptor, which it owns, and what is known of it. It is registered
 * once, edge-triggered, for everything; events only set flags, which system calls clear, so a stale
 * event (a descriptor's number used again within one batch) costs one call and does no harm. Lives
 * on its event loop.
 */
final class KernelEnd implements EpollIoHandle {

    private static final int IN = 0x1;
    private static final int PRI = 0x2;
    private static final int OUT = 0x4;
    private static final int ERR = 0x8;
    private static final int HUP = 0x10;
    private static final int RDHUP = 0x2000;
    private static final int EDGE_TRIGGERED = 1 << 31;
    private static final EpollIoOps EVERYTHING =
            EpollIoOps.valueOf(IN | PRI | OUT | RDHUP | EDGE_TRIGGERED);

    private final Side side;
    private final FileDescriptor socket;
    private final KernelRelay relay;
    private @Nullable IoRegistration registration;

    /** A read may bring something. */
    boolean readable;

    /** A write may find room. */
    boolean writable = true;

    /** The peer's end of stream, or an error, may be behind what can be read. */
    boolean hungUp;

    /**
     * Urgent data has come (tcp(7)): a read ends before it, whatever else has come behind it, and a
     * splice never gets past it.
     */
    boolean urgent;

    /**
     * An error has been reported, once. It is this socket's own: a relay begins between two batches
     * of events, so that none is older than its ends.
     */
    private boolean failed;

    /** The end of the stream has been read. */
    boolean inputEnded;

    /** A write has failed: the connection is dead, though bytes may still wait to be read. */
    boolean outputBroken;

    /** It had sent its end of stream before that, so that all it sent is owed to the other end. */
    boolean endedBeforeItBroke;

    KernelEnd(Side side, int fd, KernelRelay relay) {
        this.side = side;
        this.socket = new FileDescriptor(fd);
        this.relay = relay;
    }

    Side side() {
        return side;
    }

    int descriptor() {
        return socket.intValue();
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    /** The registration, as the event loop gave it: from here on events come. */
    void registered(IoRegistration registered) {
        registration = registered;
        registered.submit(EVERYTHING);
    }

    @Override
    public void handle(IoRegistration ignored, IoEvent event) {
        int ops = ((EpollIoEvent) event).ops().value();
        if ((ops & (IN | PRI | RDHUP | HUP | ERR)) != 0) {
            readable = true;
        }
        if ((ops & PRI) != 0) {
            urgent = true;
        }
        if ((ops & (OUT | HUP | ERR)) != 0) {
            writable = true;
        }
        if ((ops & (RDHUP | HUP | ERR)) != 0) {
            hungUp = true;
        }
        if ((ops & ERR) != 0) {
            failed = true;
        }
        breakOutputIfOnlyTheEventTold();
        relay.ready(this);
    }

    /** The end of the stream has been read. */
    void endInput() {
        inputEnded = true;
        breakOutputIfOnlyTheEventTold();
    }

    /** Nobody will read here any more, and so nobody else would hear of the error. */
    private void breakOutputIfOnlyTheEventTold() {
        if (failed && inputEnded) {
            breakOutput();
        }
    }

    /**
     * Nothing can be sent here any longer. What was sent from here before that may still wait to be
     * read or delivered, and its end will be the end of the relay.
     */
    void breakOutput() {
        if (!outputBroken) {
            outputBroken = true;
            endedBeforeItBroke = inputEnded;
            readable = true;
            relay.outputBroke(this);
        }
    }

    /** The event loop is being shut down. */
    @Override
    public void close() {
        relay.cut(Relay.Cause.CLOSED);
    }

    /** Closes the socket, once. */
    void release() {
        try {
            // First, so that the registration need not be taken out of epoll by a call of its own.
            socket.close();
        } catch (IOException ignored) {
            // On Linux the descriptor is gone all the same (close(2)).
        }
        if (registration != null) {
            registration.cancel();
        }
    }
}
