package conduit.outbound.tls;

import conduit.address.Destination;
import conduit.tunnel.Connector;
import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt to reach a destination with TLS: get a stream to it, then shake hands, before a
 * deadline of its own. Lives on the caller's event loop.
 */
final class TlsAttempt implements Connector.Attempt, Connector.Caller, TlsStream.Watcher {

    private static final Logger LOG = LoggerFactory.getLogger(TlsAttempt.class);

    private final Destination destination;
    private final Executor workers;
    private final Duration handshakeTimeout;
    private final Connector.Caller caller;

    private @Nullable TlsClient client;
    private Connector.@Nullable Attempt stream;
    private @Nullable Channel channel;
    private Optional<InetAddress> dialled = Optional.empty();
    private boolean over;

    TlsAttempt(
            Destination destination,
            Executor workers,
            Duration handshakeTimeout,
            Connector.Caller caller) {
        this.destination = destination;
        this.workers = workers;
        this.handshakeTimeout = handshakeTimeout;
        this.caller = caller;
    }

    /** There is something to secure connections with. */
    void begin(TlsClient ready, Connector streams, Connector.Purpose purpose, EventLoop loop) {
        if (!over) {
            client = ready;
            stream = streams.connect(destination, purpose, loop, this);
        }
    }

    /** There is nothing to secure connections with. */
    void cannotBegin(Refused refused) {
        if (!over) {
            over = true;
            caller.failed(refused);
        }
    }

    @Override
    public void entered(Phase phase) {
        caller.entered(phase);
    }

    @Override
    public void connected(Connector.Remote remote) {
        Channel reached = remote.channel();
        channel = reached;
        dialled = remote.dialled();
        caller.entered(Phase.HANDSHAKE);
        SslHandler securing;
        try {
            securing =
                    Objects.requireNonNull(client)
                            .handler(reached.alloc(), destination, workers, handshakeTimeout);
        } catch (RuntimeException e) {
            // No name that a client can choose should come to this; if one does, it is told.
            LOG.error("TLS could not begin", e);
            fail(Refused.of(Refusal.TLS_FAILED, "conduit could not begin TLS").by(Party.US));
            return;
        }
        reached.pipeline().addLast(securing, new TlsStream(this));
        if (securing.handshakeFuture().cause() != null) {
            // Its first words could not be made, before anybody stood there to be told.
            failed(securing.handshakeFuture().cause());
        } else {
            reached.read();
        }
    }

    @Override
    public void failed(Refused refused) {
        over = true;
        caller.failed(refused);
    }

    @Override
    public void secured(Channel same) {
        if (!over) {
            over = true;
            caller.connected(new Connector.Remote(same, new Connector.NextHop.Origin(), dialled));
        }
    }

    @Override
    public void failed(Throwable cause) {
        fail(TlsFailure.of(cause, destination));
    }

    @Override
    public void ended() {
        fail(TlsFailure.ended(destination));
    }

    private void fail(Refused refused) {
        if (!over) {
            cancel();
            caller.failed(refused);
        }
    }

    @Override
    public void cancel() {
        if (over) {
            return;
        }
        over = true;
        if (channel != null) {
            channel.close();
        } else if (stream != null) {
            stream.cancel();
        }
    }

    @Override
    public Phase phase() {
        if (channel != null) {
            return Phase.HANDSHAKE;
        }
        return stream == null ? Phase.CONNECT : stream.phase();
    }
}
