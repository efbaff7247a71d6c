package conduit.transport;

import io.netty.channel.IoEvent;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The events that are wanted of one socket, between its owner, who changes his mind often, and
 * epoll, which is told once per turn of the loop what it has come to. The socket may pass from one
 * owner to another (from a channel to the relay) without leaving epoll. Lives on its event loop.
 */
@SuppressWarnings("try") // close() is Netty's, and interrupts nobody
final class Interest implements EpollIoHandle {

    /** No event; edge-triggered, so that an error or a hang-up is reported once at most. */
    private static final EpollIoOps NOTHING = EpollIoOps.EPOLLET;

    private final KeepingEpollHandler handler;
    private EpollIoHandle owner;
    private Claim claim = new Claim();
    private @Nullable IoRegistration netty;
    private @Nullable EpollIoOps wanted;
    private @Nullable EpollIoOps told;
    private boolean unsettled;

    /** The batch of events during or after which it came to be. */
    private final long bornIn;

    Interest(EpollIoHandle owner, KeepingEpollHandler handler) {
        this.owner = owner;
        this.handler = handler;
        this.bornIn = handler.batch();
    }

    /** Begins with the registration that Netty gave for this. */
    IoRegistration claimedWith(IoRegistration registration) {
        netty = registration;
        return claim;
    }

    /** Passes on to a new owner of the same socket, whose registration is returned. */
    IoRegistration passTo(EpollIoHandle newOwner) {
        owner.unregistered();
        owner = newOwner;
        claim = new Claim();
        owner.registered();
        return claim;
    }

    /** Whether the socket that this was made for is still open. */
    boolean isOpen() {
        return owner.fd().isOpen();
    }

    /**
     * Tells epoll what is wanted by now, if that is news.
     *
     * @throws UncheckedIOException when epoll refuses (epoll_ctl(2): ENOMEM, ENOSPC)
     */
    void settle() {
        unsettled = false;
        if (netty != null && wanted != null && claim.isValid() && !wanted.equals(told)) {
            told = wanted;
            netty.submit(wanted);
        }
    }

    /** Nobody took it over: out of epoll. */
    void end() {
        if (netty != null) {
            netty.cancel();
        }
    }

    @Override
    public FileDescriptor fd() {
        return owner.fd();
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        // What is in the batch in which the socket was registered was meant for an older one. Netty
        // would take that one's end of stream for this one's, and never tell of its own.
        if (claim.isValid() && handler.batch() != bornIn) {
            owner.handle(claim, event);
        }
    }

    @Override
    public void registered() {
        owner.registered();
    }

    @Override
    public void unregistered() {
        owner.unregistered();
    }

    /**
     * Epoll refuses the socket: a channel is told why before it is closed, but for one that is
     * still being dialled, which has nobody to tell; Netty would write a stack trace for want of
     * one.
     */
    void refused(UncheckedIOException why) throws Exception {
        if (owner instanceof KeepingEpollHandler.Watched(var netty, var channel)
                && channel.pipeline().last() != null) {
            channel.pipeline().fireExceptionCaught(new EpollRefusedException(why));
        }
        owner.close();
    }

    @Override
    public String toString() {
        return owner instanceof KeepingEpollHandler.Watched(var netty, var channel)
                ? channel.toString()
                : owner.toString();
    }

    /** The event loop is being shut down. */
    @Override
    public void close() throws Exception {
        owner.close();
    }

    /** What one owner holds: once given back, it has no say any more. */
    private final class Claim implements IoRegistration {

        private boolean released;

        @SuppressWarnings("TypeParameterUnusedInFormals") // as Netty declares it
        @Override
        public <T> T attachment() {
            if (netty == null) {
                throw new IllegalStateException("not registered yet");
            }
            return netty.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            EpollIoOps asked = (EpollIoOps) ops;
            handler.onLoop(() -> want(asked));
            return asked.value();
        }

        private void want(EpollIoOps asked) {
            if (released) {
                return;
            }
            wanted = asked.value() == EpollIoOps.NONE.value() ? NOTHING : asked;
            if (!unsettled) {
                unsettled = true;
                handler.settleLater(Interest.this);
            }
        }

        @Override
        public boolean isValid() {
            return !released;
        }

        @Override
        public boolean cancel() {
            if (released) {
                return false;
            }
            handler.onLoop(this::release);
            return true;
        }

        private void release() {
            if (!released) {
                released = true;
                handler.released(Interest.this);
            }
        }
    }
}
