package conduit.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Iterator;

/**
 * A client's connection through the proxy: connects, does the handshake, and is then its user's.
 * Whatever goes otherwise than expected is thrown out of the loop. Lives on its loop.
 */
final class Connection implements Loop.Handler {

    /** Who uses the connection once it stands. */
    interface User {
        void established(Connection connection) throws IOException;

        void readable(Connection connection) throws IOException;

        /** Once for each {@link #wantToSend}, and for a {@link #send} that left something. */
        void writable(Connection connection) throws IOException;
    }

    /** Longer than any answer to a handshake that a proxy gives. */
    private static final int LONGEST_REPLY = 2048;

    private enum Phase {
        CONNECTING,
        NEGOTIATING,
        ESTABLISHED
    }

    private final SocketChannel channel;
    private final SelectionKey key;
    private final User user;
    private final Iterator<Entrance.Step> handshake;
    private Phase phase = Phase.CONNECTING;
    private Entrance.Reply awaited = _ -> true;
    private ByteBuffer received = ByteBuffer.allocate(0);

    /** Goes through an entrance to a service. */
    static void open(Loop loop, Entrance entrance, Service destination, User user)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.connect(entrance.address(destination));
        new Connection(loop, channel, entrance.handshake(destination), user).connected();
    }

    private Connection(
            Loop loop, SocketChannel channel, Iterable<Entrance.Step> handshake, User user)
            throws IOException {
        this.channel = channel;
        this.handshake = handshake.iterator();
        this.user = user;
        this.key = loop.watch(channel, SelectionKey.OP_CONNECT, this);
    }

    @Override
    public void ready(SelectionKey ready) throws IOException {
        switch (phase) {
            case CONNECTING -> connected();
            case NEGOTIATING -> hear();
            case ESTABLISHED -> serve();
        }
    }

    /** On loopback a connection mostly stands when connect returns, which saves a wait. */
    private void connected() throws IOException {
        if (channel.finishConnect()) {
            key.interestOps(SelectionKey.OP_READ);
            proceed();
        }
    }

    private void proceed() throws IOException {
        if (!handshake.hasNext()) {
            phase = Phase.ESTABLISHED;
            received = ByteBuffer.allocate(0);
            user.established(this);
            return;
        }
        phase = Phase.NEGOTIATING;
        Entrance.Step step = handshake.next();
        awaited = step.reply();
        received = ByteBuffer.allocate(LONGEST_REPLY);
        ByteBuffer request = step.request().duplicate();
        channel.write(request);
        if (request.hasRemaining()) {
            throw new ProtocolException("the proxy does not take a handshake at once");
        }
    }

    private void hear() throws IOException {
        receive(received);
        if (awaited.isComplete(received)) {
            proceed();
        } else if (!received.hasRemaining()) {
            throw new ProtocolException("the answer to the handshake does not end");
        }
    }

    private void serve() throws IOException {
        if (key.isWritable()) {
            key.interestOps(SelectionKey.OP_READ);
            user.writable(this);
        }
        if (key.isValid() && key.isReadable()) {
            user.readable(this);
        }
    }

    /** Sends; what does not go at once stays in the buffer, and the user hears when to go on. */
    void send(ByteBuffer bytes) throws IOException {
        channel.write(bytes);
        if (bytes.hasRemaining()) {
            wantToSend();
        }
    }

    /** Has the user called when the connection takes bytes. */
    void wantToSend() {
        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    /**
     * Receives what is there.
     *
     * @throws EOFException when the other side has ended, which was not asked of it
     */
    int receive(ByteBuffer into) throws IOException {
        int count = channel.read(into);
        if (count < 0) {
            throw new EOFException(
                    phase == Phase.ESTABLISHED
                            ? "the proxy closed an established connection"
                            : "the proxy closed a connection during the handshake");
        }
        return count;
    }

    /** Ends our direction. */
    void finish() throws IOException {
        channel.shutdownOutput();
    }

    /** After {@link #finish}: whether the other side has ended too, which closes. */
    boolean isOver() throws IOException {
        ByteBuffer nothing = ByteBuffer.allocate(1);
        int count = channel.read(nothing);
        if (count > 0) {
            throw new ProtocolException("more came than was sent");
        }
        if (count < 0) {
            channel.close();
        }
        return count < 0;
    }

    /** Closes without waiting for the other side. */
    void close() throws IOException {
        channel.close();
    }
}
