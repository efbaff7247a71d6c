package conduit.bench.load;

import java.net.InetSocketAddress;

/** What the origin does with a connection; the client chooses it by the port. */
public enum Service {
    /** Sends back what it gets. */
    ECHO(9001),
    /** Once asked with a byte, sends {@link Pattern} as fast as it is taken, and never ends. */
    SOURCE(9002),
    /** Takes {@link Pattern} and sends one byte for every {@link Sink#RECEIPT} bytes. */
    SINK(9003),
    /** Answers requests with {@link HttpAnswer}. */
    HTTP(9004);

    private final int port;

    Service(int port) {
        this.port = port;
    }

    /** Where the origin offers it; below the range of local ports, which bench/run sets. */
    public InetSocketAddress address() {
        return Loopback.at(port);
    }

    /** The same for clients that do not know of the proxy. The origin has this address, too. */
    public InetSocketAddress redirectedAddress() {
        return new InetSocketAddress(Loopback.REDIRECTED, port);
    }

    /** Host and port as they stand in a request. */
    public String authority() {
        return Loopback.authority(address());
    }
}
