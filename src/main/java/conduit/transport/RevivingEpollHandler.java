package conduit.transport;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Netty's epoll handler, made safe for half-closed sockets. Netty 4.2.18 takes a socket out of
 * epoll when it wants no event of it, which happens to every one whose peer has sent its end of
 * stream and that is not being written to; but it forgets that it did, so that the next wish for an
 * event (mostly EPOLLOUT, as the peer reads slowly) fails with ENOENT and the rest of the stream is
 * lost. Here such a socket is registered anew. See docs/decisions/0003-reviving-epoll.md.
 */
final class RevivingEpollHandler implements IoHandler {

    private final IoHandler epoll;

    private RevivingEpollHandler(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory newFactory() {
        IoHandlerFactory epoll = EpollIoHandler.newFactory();
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new RevivingEpollHandler(epoll.newHandler(executor));
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
        return new Registration(handle, epoll.register(handle));
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    /** Like Netty's, used on the event loop. */
    private final class Registration implements IoRegistration {
        private final IoHandle handle;
        private IoRegistration current;
        private boolean takenOut;

        Registration(IoHandle handle, IoRegistration first) {
            this.handle = handle;
            this.current = first;
        }

        @SuppressWarnings("TypeParameterUnusedInFormals") // as Netty declares it
        @Override
        public <T> T attachment() {
            return current.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            if (((EpollIoOps) ops).value() == EpollIoOps.NONE.value()) {
                if (takenOut) {
                    return 0;
                }
                takenOut = true;
            } else if (takenOut && current.isValid()) {
                revive();
            }
            return current.submit(ops);
        }

        private void revive() {
            current.cancel();
            try {
                current = epoll.register(handle);
            } catch (Exception e) {
                throw new IllegalStateException("cannot register a socket again", e);
            }
            takenOut = false;
        }

        @Override
        public boolean isValid() {
            return current.isValid();
        }

        @Override
        public boolean cancel() {
            return current.cancel();
        }
    }
}
