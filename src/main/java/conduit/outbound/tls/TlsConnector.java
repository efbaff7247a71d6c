package conduit.outbound.tls;

import conduit.address.Destination;
import conduit.config.Authorities;
import conduit.tunnel.Connector;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Secures the connections of exchanges that are to be: gets a stream to the destination itself,
 * through whatever parent there is, and speaks TLS over it. Leaves all others as they are. What
 * takes long, reading whom to trust and checking certificates, is done by threads of its own, which
 * are there only while there is something to do.
 */
public final class TlsConnector implements Connector {

    private static final Duration LONGEST_REST = Duration.ofSeconds(30);

    private final Connector streams;
    private final Optional<Authorities> trusted;
    private final Duration handshakeTimeout;
    private final Executor workers;
    private final AtomicReference<@Nullable CompletableFuture<TlsClient>> client;

    /**
     * Over the streams that another connector makes.
     *
     * @param trusted who vouches for origins; those whom the system trusts when empty
     * @param handshakeTimeout bounds the TLS handshake
     * @param threads how many handshakes may keep a processor busy at once
     */
    public TlsConnector(
            Connector streams,
            Optional<Authorities> trusted,
            Duration handshakeTimeout,
            int threads) {
        this(streams, trusted, handshakeTimeout, workers(threads), new AtomicReference<>());
    }

    private TlsConnector(
            Connector streams,
            Optional<Authorities> trusted,
            Duration handshakeTimeout,
            Executor workers,
            AtomicReference<@Nullable CompletableFuture<TlsClient>> client) {
        this.streams = streams;
        this.trusted = trusted;
        this.handshakeTimeout = handshakeTimeout;
        this.workers = workers;
        this.client = client;
    }

    /** Another one with the same threads and, where it trusts the same, the same sessions. */
    public TlsConnector with(
            Connector otherStreams, Optional<Authorities> nowTrusted, Duration otherTimeout) {
        return new TlsConnector(
                otherStreams,
                nowTrusted,
                otherTimeout,
                workers,
                nowTrusted.equals(trusted) ? client : new AtomicReference<>());
    }

    /** Each connection has at most one piece of work here, so their number bounds the queue. */
    private static Executor workers(int threads) {
        ThreadPoolExecutor workers =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        LONGEST_REST.toSeconds(),
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        new DefaultThreadFactory("tls", true));
        workers.allowCoreThreadTimeOut(true);
        return workers;
    }

    @Override
    public Attempt connect(
            Destination destination, Purpose purpose, EventLoop loop, Caller caller) {
        return switch (purpose) {
            case Purpose.Exchange(Wire.Secured(var via), var clearance) ->
                    secure(destination, stream(via, clearance), loop, caller);
            case Purpose.Retry(Wire.Secured(var via), var clearance) ->
                    secure(destination, stream(via, clearance), loop, caller);
            case Purpose.Exchange _, Purpose.Retry _, Purpose.Tunnel _ ->
                    streams.connect(destination, purpose, loop, caller);
        };
    }

    private static Purpose stream(Optional<String> via, Clearance clearance) {
        return new Purpose.Tunnel(via, Optional.empty(), clearance);
    }

    private Attempt secure(Destination destination, Purpose stream, EventLoop loop, Caller caller) {
        TlsAttempt attempt = new TlsAttempt(destination, workers, handshakeTimeout, caller);
        CompletableFuture<TlsClient> wanted = client();
        if (wanted.state() == CompletableFuture.State.SUCCESS) {
            attempt.begin(wanted.resultNow(), streams, stream, loop);
            return attempt;
        }
        wanted.whenCompleteAsync(
                (ready, failure) -> {
                    if (failure == null) {
                        attempt.begin(ready, streams, stream, loop);
                    } else {
                        attempt.cannotBegin(TlsFailure.unprepared(failure));
                    }
                },
                loop);
        return attempt;
    }

    /** Made when it is first needed; after a failure the next one who needs it tries again. */
    private CompletableFuture<TlsClient> client() {
        CompletableFuture<TlsClient> known = client.get();
        if (known != null && !known.isCompletedExceptionally()) {
            return known;
        }
        CompletableFuture<TlsClient> next = new CompletableFuture<>();
        if (!client.compareAndSet(known, next)) {
            return client();
        }
        return next.completeAsync(this::makeClient, workers);
    }

    private TlsClient makeClient() {
        try {
            return TlsClient.trusting(trusted);
        } catch (CertificateException | IOException e) {
            throw new CompletionException(e);
        }
    }
}
