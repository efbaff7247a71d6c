package conduit.doctor.canary;

import conduit.doctor.look.Look;
import conduit.doctor.look.Owner;
import conduit.doctor.look.Processes;
import conduit.doctor.look.SocketTable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * One connection, made on the thread that calls, in whose network namespace it begins. It says
 * nothing, and is closed when it has been seen.
 */
final class Flight implements AutoCloseable {

    private final SocketChannel socket;

    private Flight(SocketChannel socket) {
        this.socket = socket;
    }

    /** Not sent yet, but with a port of its own. */
    static Flight prepare() throws IOException {
        SocketChannel socket = SocketChannel.open();
        try {
            socket.configureBlocking(false);
            socket.bind(null);
            return new Flight(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The port it comes from. */
    int port() throws IOException {
        return ((InetSocketAddress) socket.getLocalAddress()).getPort();
    }

    /** What becomes of it; it is lost when nobody has answered for so long. */
    Arrival send(InetSocketAddress destination, Duration patience) {
        try {
            socket.connect(destination);
        } catch (IOException e) {
            return new Arrival.NotSent(String.valueOf(e.getMessage()));
        } catch (UnsupportedAddressTypeException e) {
            return new Arrival.NotSent("there is no IPv6 on this machine");
        }
        try (Selector selector = Selector.open()) {
            socket.register(selector, SelectionKey.OP_CONNECT);
            if (selector.select(patience.toMillis()) == 0) {
                return new Arrival.Lost();
            }
            socket.finishConnect();
            return new Arrival.Answered(holder());
        } catch (ConnectException e) {
            return String.valueOf(e.getMessage()).contains("refused")
                    ? new Arrival.Refused()
                    : new Arrival.Lost();
        } catch (SocketException e) {
            // ECONNREFUSED is a reset in place of an answer, ECONNRESET one behind it: a proxy that
            // found at once that there is no way to the destination.
            return String.valueOf(e.getMessage()).contains("reset")
                    ? new Arrival.Answered(Optional.empty())
                    : new Arrival.Lost();
        } catch (IOException e) {
            return new Arrival.Lost();
        }
    }

    /**
     * Who has the other end. Nobody yet, where it has not been accepted; and it may be closed
     * already, where a proxy has found at once that there is no way to the destination.
     */
    private Optional<String> holder() throws IOException {
        InetSocketAddress ours = (InetSocketAddress) socket.getLocalAddress();
        return Look.entries()
                .filter(SocketTable.Entry::established)
                .filter(entry -> entry.remote().equals(ours))
                .map(SocketTable.Entry::inode)
                .findFirst()
                .flatMap(inode -> Optional.ofNullable(Processes.holding(Set.of(inode)).get(inode)))
                .map(Owner::toString);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
