package conduit.transport;

import io.netty.channel.Channel;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.net.SocketException;

/**
 * Netty's epoll handler, made safe for half-closed sockets. Netty 4.2.18 takes a socket out of
 * epoll when it wants no event of it, which happens to every one whose peer has sent its end of
 * stream and that is not being written to; but it forgets that it did, so that the next wish for an
 * event (mostly EPOLLOUT, as the peer reads slowly) fails with ENOENT and the rest of the stream is
 * lost. Here such a socket stays, wanted for nothing but its errors. See
 * docs/decisions/0003-keeping-epoll.md.
 */
final class KeepingEpollHandler implements IoHandler {

    private final IoHandler epoll;

    private KeepingEpollHandler(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory newFactory() {
        IoHandlerFactory epoll = EpollIoHandler.newFactory();
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new KeepingEpollHandler(epoll.newHandler(executor));
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
        return epoll.run(context);
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
        return new Registration(epoll.register(watched(handle)));
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    private static IoHandle watched(IoHandle handle) {
        return handle instanceof Channel.Unsafe unsafe
                        && unsafe.voidPromise().channel() instanceof SocketChannel channel
                ? new Watched((EpollIoHandle) handle, channel)
                : handle;
    }

    /**
     * A socket whose errors are heard also after its end of stream: Netty, which reads to find an
     * error, does not read any more then, so that a reset or the end of keepalive would go unheard
     * until somebody writes.
     */
    @SuppressWarnings("try") // close() is Netty's, and interrupts nobody
    private record Watched(EpollIoHandle netty, SocketChannel channel) implements EpollIoHandle {

        @Override
        public FileDescriptor fd() {
            return netty.fd();
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            boolean unheard =
                    channel.isInputShutdown()
                            && ((EpollIoEvent) event).ops().contains(EpollIoOps.EPOLLERR);
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

    /** Like Netty's own, except that it is never without any interest. */
    private record Registration(IoRegistration netty) implements IoRegistration {

        /** No event; edge-triggered, so that an error or a hang-up is reported once at most. */
        private static final EpollIoOps NOTHING = EpollIoOps.EPOLLET;

        @SuppressWarnings("TypeParameterUnusedInFormals") // as Netty declares it
        @Override
        public <T> T attachment() {
            return netty.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            boolean nothing = ((EpollIoOps) ops).value() == EpollIoOps.NONE.value();
            return netty.submit(nothing ? NOTHING : ops);
        }

        @Override
        public boolean isValid() {
            return netty.isValid();
        }

        @Override
        public boolean cancel() {
            return netty.cancel();
        }
    }
}
