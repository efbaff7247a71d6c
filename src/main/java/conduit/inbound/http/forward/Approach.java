package conduit.inbound.http.forward;

import conduit.address.Destination;
import conduit.tunnel.Connector;
import conduit.tunnel.Phase;
import conduit.tunnel.Refused;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way of one exchange to a connection: the first one may have served before, and when it turns
 * out to be dead, this decides whether the request goes out once more, on a new one. Lives on the
 * client's event loop.
 */
final class Approach implements Connector.Caller {

    /** RFC 9110, section 9.2.2: what may be done twice. */
    private static final Set<HttpMethod> IDEMPOTENT =
            Set.of(
                    HttpMethod.GET,
                    HttpMethod.HEAD,
                    HttpMethod.OPTIONS,
                    HttpMethod.TRACE,
                    HttpMethod.PUT,
                    HttpMethod.DELETE);

    /** Who is told of the way, and once, each time it begins, where it has led. */
    interface Traveller {
        void entered(Phase phase);

        void arrived(Connector.Remote remote);

        void turnedAway(Refused refused);
    }

    private final Traveller traveller;
    private final Connector connector;
    private final Destination destination;
    private final Connector.Wire wire;
    private final Connector.Clearance clearance;
    private final EventLoop loop;
    private Connector.@Nullable Attempt attempt;
    private boolean secondTime;

    Approach(
            Traveller traveller,
            Connector connector,
            Destination destination,
            Connector.Wire wire,
            Connector.Clearance clearance,
            EventLoop loop) {
        this.traveller = traveller;
        this.connector = connector;
        this.destination = destination;
        this.wire = wire;
        this.clearance = clearance;
        this.loop = loop;
    }

    /** Sets out; the traveller may be told before this returns. */
    void begin() {
        connect(new Connector.Purpose.Exchange(wire, clearance));
    }

    private void connect(Connector.Purpose purpose) {
        attempt = connector.connect(destination, purpose, loop, this);
    }

    @Override
    public void entered(Phase phase) {
        traveller.entered(phase);
    }

    @Override
    public void connected(Connector.Remote remote) {
        traveller.arrived(remote);
    }

    @Override
    public void failed(Refused refused) {
        traveller.turnedAway(refused);
    }

    /**
     * Whether a request may be sent again that died with its connection: once, since the connection
     * is a new one then, and without a body, since none is kept.
     */
    boolean mayBeginAgain(OriginConnection dead, HttpRequest head, RequestPath request) {
        return dead.wasPerhapsDead()
                && IDEMPOTENT.contains(head.method())
                && request.isWithoutBody();
    }

    /** Sets out for a new connection. */
    void beginAgain() {
        secondTime = true;
        connect(new Connector.Purpose.Retry(wire, clearance));
    }

    /** Whether this is the way to a second connection. */
    boolean isSecond() {
        return secondTime;
    }

    /**
     * Whether {@link #begin} has returned, so that what comes now comes with an event of its own.
     */
    boolean tookTime() {
        return attempt != null;
    }

    /** How far it has come. */
    Phase phase() {
        return attempt == null ? Phase.CONNECT : attempt.phase();
    }

    /** Gives up; does nothing once it has led somewhere. */
    void cancel() {
        if (attempt != null) {
            attempt.cancel();
        }
    }
}
