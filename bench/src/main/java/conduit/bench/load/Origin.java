package conduit.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The server behind the proxy, a process of its own with one loop: {@link Service} lists what it
 * offers. It ends with its standard input, so that it cannot outlive the runner.
 */
public final class Origin {

    /** At most what the kernel allows; more than any load here opens at once. */
    private static final int BACKLOG = 4096;

    private final Loop loop;
    private final ByteBuffer buffer = Pattern.buffer();

    private Origin(Loop loop) {
        this.loop = loop;
    }

    /** Prints a line when all services are offered. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Origin origin = new Origin(new Loop());
        origin.loop.run(() -> {
            for (Service service : Service.values()) {
                origin.offer(service, service.address());
                origin.offer(service, service.redirectedAddress());
            }
        });
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // nobody says anything
        }
    }

    private void offer(Service service, InetSocketAddress address) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.configureBlocking(false);
        listener.bind(address, BACKLOG);
        loop.watch(listener, SelectionKey.OP_ACCEPT, _ -> accept(listener, service));
    }

    private void accept(ServerSocketChannel listener, Service service) throws IOException {
        for (SocketChannel channel = listener.accept();
                channel != null;
                channel = listener.accept()) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            loop.watch(
                    channel, SelectionKey.OP_READ, forgiving(channel, handler(service, channel)));
        }
    }

    private Loop.Handler handler(Service service, SocketChannel channel) {
        return switch (service) {
            case ECHO -> new Echo(channel, buffer);
            case SOURCE -> new Source(channel);
            case SINK -> new Sink(channel, buffer);
            case HTTP -> new HttpAnswer(channel);
        };
    }

    /** A connection that breaks is the client's to complain about, and ends only itself. */
    private static Loop.Handler forgiving(SocketChannel channel, Loop.Handler handler) {
        return key -> {
            try {
                handler.ready(key);
            } catch (ProtocolException e) {
                System.err.println("bench: origin: " + e.getMessage());
                channel.close();
            } catch (IOException e) {
                channel.close();
            }
        };
    }
}
