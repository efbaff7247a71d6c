package conduit.outbound;

import conduit.address.Destination;
import conduit.transport.Transport;
import conduit.tunnel.Connector;
import io.netty.channel.EventLoop;
import java.time.Duration;

/** Reaches destinations directly: looks the name up and dials its addresses one by one. */
public final class DirectConnector implements Connector {

    private final Transport transport;
    private final Names names;
    private final Duration dialTimeout;

    /**
     * A direct way out.
     *
     * @param dialTimeout bounds name lookup and TCP connect, together
     */
    public DirectConnector(Transport transport, Names names, Duration dialTimeout) {
        this.transport = transport;
        this.names = names;
        this.dialTimeout = dialTimeout;
    }

    @Override
    public Attempt connect(
            Destination destination, Purpose purpose, EventLoop loop, Caller caller) {
        DirectDial dial = new DirectDial(transport, loop, names, dialTimeout, destination, caller);
        dial.start();
        return dial;
    }
}
