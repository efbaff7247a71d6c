package conduit.transport;

import io.netty.channel.Channel;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Netty's epoll handler, with what is wanted of each socket kept beside it ({@link Interest}) and
 * told to epoll once per turn of the loop, right before it waits for events. Between two waits
 * Netty changes its mind several times and sockets change owners, mostly to end where they began:
 * of nine calls of epoll_ctl per tunnel four are left (decision 0010).
 *
 * <p>It is also what makes half-closed sockets safe. Netty 4.2.18 takes a socket out of epoll when
 * it wants no event of it, which happens to every one whose peer has sent its end of stream and
 * that is not being written to; but it forgets that it did, so that the next wish for an event
 * (mostly EPOLLOUT, as the peer reads slowly) fails with ENOENT and the rest of the stream is lost.
 * Here such a socket stays, wanted for nothing but its errors (decision 0003).
 *
 * <p>And it makes descriptors safe that are used again within one batch of events: what the batch
 * still holds for the socket that was closed is not told to the one that has its number now.
 */
final class KeepingEpollHandler implements IoHandler {

    private static final Logger LOG = LoggerFactory.getLogger(KeepingEpollHandler.class);

    private static final Duration QUIET = Duration.ofMinutes(1);

    private final IoHandler epoll;
    private final ThreadAwareExecutor loop;

    /** Of all loops: when the next complaint may be logged, as {@link System#nanoTime} tells. */
    private final AtomicLong quietUntil;

    private final List<Interest> unsettled = new ArrayList<>();

    /** Given back in this turn and not taken over yet, by descriptor. */
    private IntObjectMap<Interest> released = new IntObjectHashMap<>();

    private long batch;

    private KeepingEpollHandler(IoHandler epoll, ThreadAwareExecutor loop, AtomicLong quietUntil) {
        this.epoll = epoll;
        this.loop = loop;
        this.quietUntil = quietUntil;
    }

    static IoHandlerFactory newFactory() {
        IoHandlerFactory epoll = EpollIoHandler.newFactory();
        AtomicLong quietUntil = new AtomicLong(System.nanoTime());
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new KeepingEpollHandler(epoll.newHandler(executor), executor, quietUntil);
            }

            @Override
            public boolean isChangingThreadSupported() {
                return epoll.isChangingThreadSupported();
            }
        };
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        settle();
        batch++;
        return epoll.run(context);
    }

    private void settle() {
        // A socket that epoll refuses may bring new ones as it is closed.
        for (int next = 0; next < unsettled.size(); next++) {
            settle(unsettled.get(next));
        }
        unsettled.clear();
        if (!released.isEmpty()) {
            IntObjectMap<Interest> ending = released;
            // A new one: clearing takes as long as the map is large, and it never becomes smaller.
            released = new IntObjectHashMap<>();
            ending.values().forEach(Interest::end);
        }
    }

    private void settle(Interest interest) {
        try {
            interest.settle();
        } catch (UncheckedIOException refused) {
            complain(refused);
            try {
                interest.refused(refused);
            } catch (Exception e) {
                LOG.error("closing it failed: {}", e.toString());
            }
        }
    }

    /** Once a minute, since each new connection may be refused. */
    private void complain(UncheckedIOException refused) {
        long now = System.nanoTime();
        long until = quietUntil.get();
        if (now - until >= 0 && quietUntil.compareAndSet(until, now + QUIET.toNanos())) {
            LOG.warn(
                    "epoll refuses sockets, which are closed (fs.epoll.max_user_watches?): {}",
                    refused.getMessage());
        }
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        EpollIoHandle owner = watched((EpollIoHandle) handle);
        Interest before = released.remove(owner.fd().intValue());
        if (before != null && before.isOpen()) {
            return before.passTo(owner);
        }
        if (before != null) {
            // That socket is closed, and its descriptor's number is in use again.
            before.end();
        }
        Interest interest = new Interest(owner, this);
        return interest.claimedWith(epoll.register(interest));
    }

    /** Runs it now when the caller is the loop, and soon otherwise. */
    void onLoop(Runnable change) {
        if (loop.isExecutorThread(Thread.currentThread())) {
            change.run();
        } else {
            loop.execute(change);
        }
    }

    /** Which batch of events is being handled, or was last. */
    long batch() {
        return batch;
    }

    void settleLater(Interest interest) {
        unsettled.add(interest);
    }

    void released(Interest interest) {
        released.put(interest.fd().intValue(), interest);
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    private static EpollIoHandle watched(EpollIoHandle handle) {
        return handle instanceof Channel.Unsafe unsafe
                        && unsafe.voidPromise().channel() instanceof SocketChannel channel
                ? new Watched(handle, channel)
                : handle;
    }

    /**
     * A socket whose errors are heard also after its end of stream: Netty, which reads to find an
     * error, does not read any more then, so that a reset or the end of keepalive would go unheard
     * until somebody writes. And one of which {@link ConnectError} says why it did not connect.
     */
    @SuppressWarnings("try") // close() is Netty's, and interrupts nobody
    record Watched(EpollIoHandle netty, SocketChannel channel) implements EpollIoHandle {

        @Override
        public FileDescriptor fd() {
            return netty.fd();
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            boolean broken = ((EpollIoEvent) event).ops().contains(EpollIoOps.EPOLLERR);
            if (broken && !channel.isActive() && ConnectError.take(channel)) {
                channel.close();
                return;
            }
            boolean unheard = broken && channel.isInputShutdown();
            netty.handle(registration, event);
            if (unheard && channel.isOpen()) {
                channel.pipeline().fireExceptionCaught(new SocketException("connection broken"));
            }
        }

        @Override
        public void registered() {
            netty.registered();
        }

        @Override
        public void unregistered() {
            netty.unregistered();
        }

        @Override
        public void close() throws Exception {
            netty.close();
        }
    }
}
