package conduit.tunnel;

import conduit.address.Destination;
import conduit.address.IpLiteral;
import conduit.config.Upstream;
import conduit.relay.Endpoint;
import conduit.relay.Relay;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The life of one client connection that becomes a byte stream, from its request until it is handed
 * to the relay: requested, connecting, connected; read the methods in that order. What comes after
 * is {@link Handover}. Lives on the client's event loop, on which the remote is dialled too, and
 * owns the client's socket until then.
 */
public final class Tunnel implements Connector.Caller, Progress {

    /**
     * How long a dial goes on after the client has sent its end of stream with nothing before it.
     * On the wire that is the same whether the client has gone or waits for an answer with its own
     * side done; a quick destination serves the second kind, and the first does not pin a slow one.
     */
    public static final Duration HALF_CLOSED_GRACE = Duration.ofSeconds(1);

    /**
     * What all tunnels of a process share: how to get out, how to move bytes and how fast, where to
     * log.
     *
     * @param upstream the way that the connector takes
     */
    public record Ways(
            Admissions admissions,
            Upstream upstream,
            Connector connector,
            Relay relay,
            Pacing pacing,
            Journal journal,
            Via via) {}

    private enum Stage {
        CONNECTING,
        OVER
    }

    private final Endpoint client;
    private final ClientProtocol protocol;
    private final Destination destination;
    private final Ways ways;
    private final Account account;

    private Stage stage = Stage.CONNECTING;
    private @Nullable Admission admission;
    private Connector.@Nullable Attempt attempt;
    private @Nullable Handover handover;

    private Tunnel(
            Channel client,
            ClientProtocol protocol,
            Destination destination,
            Ways ways,
            long begunAt) {
        this.client = Endpoint.of(client, new ClientWatcher());
        this.protocol = protocol;
        this.destination = destination;
        this.ways = ways;
        this.account =
                new Account(
                        ways.journal(),
                        (InetSocketAddress) client.remoteAddress(),
                        protocol.user(),
                        protocol.inbound(),
                        protocol.headline(),
                        destination,
                        begunAt);
    }

    /**
     * Opens a tunnel for a request that has been read in full. The protocol's decoders must have
     * left the pipeline or leave it right after; what they still hold comes out at its end.
     *
     * @param begunAt when its negotiation began, as {@link System#nanoTime} tells
     */
    public static void open(
            Channel client,
            ClientProtocol protocol,
            Destination destination,
            Ways ways,
            long begunAt) {
        new Tunnel(client, protocol, destination, ways, begunAt).requested();
    }

    private void requested() {
        account.carriedOutBy(this);
        Admission asking =
                ways.admissions().of(client.channel(), protocol.inbound(), destination, account);
        Optional<Refused> refusal = asking.refusal();
        if (refusal.isPresent()) {
            failed(refusal.get());
        } else {
            connect(asking);
        }
    }

    private void connect(Admission asking) {
        admission = asking;
        account.sentBy(ways.upstream());
        // One read, so that a client that goes away while we dial is noticed.
        client.channel().read();
        attempt =
                ways.connector()
                        .connect(
                                destination,
                                new Connector.Purpose.Tunnel(
                                        protocol.via(), protocol.seenAs(), asking),
                                client.channel().eventLoop(),
                                this);
    }

    @Override
    public void entered(Phase phase) {
        account.entered(phase);
    }

    @Override
    public void failed(Refused refused) {
        if (stage == Stage.CONNECTING) {
            stage = Stage.OVER;
            client.discard();
            protocol.refuse(refused);
            account.close(new Ending.TurnedAway(refused), 0, 0);
        }
    }

    @Override
    public void connected(Connector.Remote connected) {
        Channel channel = connected.channel();
        account.reached(withoutName((InetSocketAddress) channel.remoteAddress()));
        Optional<Refused> refusal = Objects.requireNonNull(admission).reached(connected.dialled());
        if (refusal.isPresent()) {
            channel.close();
            failed(refusal.get());
            return;
        }
        stage = Stage.OVER;
        handover = new Handover(client, channel, ways, account);
        handover.after(protocol.accept((InetSocketAddress) channel.localAddress()));
    }

    /**
     * Netty keeps the text of what it has dialled as a name, which thousands of idle ones need not.
     */
    private static InetSocketAddress withoutName(InetSocketAddress remote) {
        return new InetSocketAddress(
                IpLiteral.ofBytes(remote.getAddress().getAddress()), remote.getPort());
    }

    @Override
    public Phase phase() {
        return attempt == null ? Phase.CONNECT : attempt.phase();
    }

    @Override
    public void judgedBy(Admissions next) {
        if (admission != null) {
            admission.judgedBy(next);
        }
    }

    @Override
    public void end(Outcome outcome) {
        if (stage == Stage.CONNECTING) {
            abandon(outcome, Party.US);
        }
    }

    /** Ends before there is a remote: the client's socket is still ours to close. */
    private void abandon(Outcome outcome, Party by) {
        Phase phase = phase();
        stage = Stage.OVER;
        if (attempt != null) {
            attempt.cancel();
        }
        client.channel().close();
        account.close(new Ending.Ended(outcome, by, phase), 0, 0);
    }

    private final class ClientWatcher implements Endpoint.Watcher {
        @Override
        public void inputEnded() {
            if (stage == Stage.CONNECTING && client.isEmpty()) {
                client.channel()
                        .eventLoop()
                        .schedule(this::leave, HALF_CLOSED_GRACE.toMillis(), TimeUnit.MILLISECONDS);
            }
        }

        private void leave() {
            if (stage == Stage.CONNECTING) {
                abandon(Outcome.CLIENT_LEFT, Party.CLIENT);
            }
        }

        @Override
        public void gone(Relay.Cause cause) {
            if (handover != null) {
                handover.gone(Party.CLIENT, cause);
            } else if (stage == Stage.CONNECTING) {
                if (cause == Relay.Cause.CLOSED) {
                    abandon(Outcome.STOPPED, Party.US);
                } else {
                    abandon(Outcome.CLIENT_LEFT, Party.CLIENT);
                }
            }
        }
    }
}
