package conduit.outbound;

import conduit.config.Resolving;
import conduit.outbound.dns.LocalFiles;
import conduit.outbound.dns.Resolver;
import conduit.transport.Transport;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A name server on loopback that answers as told, over UDP and TCP (RFC 1035, section 4). Each
 * question is answered on a thread of its own, so that one that waits holds up no other.
 */
public final class FakeNameServer implements AutoCloseable {

    /** What a name is answered with; both families alike unless said otherwise. */
    public sealed interface Reply {
        /** These addresses, each to questions for its family, with this TTL. */
        record Addresses(List<InetAddress> addresses, long ttl) implements Reply {
            public static Addresses of(String... literals) {
                return new Addresses(
                        Arrays.stream(literals).map(InetAddress::ofLiteral).toList(), 60);
            }

            public Addresses lasting(long seconds) {
                return new Addresses(addresses, seconds);
            }
        }

        /** The name is an alias of the first, that of the second and so on; all in one response. */
        record Chain(List<String> aliases, Addresses end) implements Reply {}

        /** The name is an alias of this one, about which nothing is said. */
        record Alias(String target) implements Reply {}

        /** An error: 2 is SERVFAIL, 3 is NXDOMAIN, 5 is REFUSED. */
        record Code(int code) implements Reply {}

        /** Nothing. */
        record Silence() implements Reply {}

        /** Another reply, but only when the test says so. */
        record Held(CompletableFuture<?> until, Reply then) implements Reply {}

        /** One reply for A, another for AAAA. */
        record ByFamily(Reply four, Reply six) implements Reply {}

        /** Only that the response is too long; over TCP another reply. */
        record Truncated(Reply overTcp) implements Reply {}

        /**
         * The bytes of another reply, changed; as text in ISO 8859-1, a character for each byte.
         */
        record Altered(Reply reply, UnaryOperator<String> how) implements Reply {}

        /** One response and then another. */
        record Both(Reply first, Reply second) implements Reply {}
    }

    private static final Reply NO_SUCH_NAME = new Reply.Code(3);

    private final ServerSocket listener;
    private final DatagramSocket socket;
    private final InetSocketAddress address;
    private final Function<String, Reply> replies;
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final BlockingQueue<WireQuestion> questions = new LinkedBlockingQueue<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    /** Knows these names, in lower case with a dot at the end; there are no others. */
    public FakeNameServer(Map<String, Reply> replies) throws IOException {
        this(name -> replies.getOrDefault(name, NO_SUCH_NAME));
    }

    /** Has a reply for every name. */
    public FakeNameServer(Function<String, Reply> replies) throws IOException {
        this.replies = replies;
        listener = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        socket = onPortOf(listener);
        address = (InetSocketAddress) socket.getLocalSocketAddress();
        Thread.ofVirtual().start(this::serveDatagrams);
        Thread.ofVirtual().start(this::serveConnections);
    }

    private static DatagramSocket onPortOf(ServerSocket listener) throws IOException {
        try {
            return new DatagramSocket(listener.getLocalSocketAddress());
        } catch (BindException e) {
            listener.close();
            throw e;
        }
    }

    /** Where it listens; known also after it was closed. */
    public InetSocketAddress address() {
        return address;
    }

    /** Asks only here, and remembers nothing. */
    Resolver askedThrough(Transport transport) {
        return new Resolver(
                transport,
                new Resolving(List.of(address()), 0),
                Duration.ofSeconds(10),
                new LocalFiles());
    }

    /** The names asked for, in order: each once for A and once for AAAA, as a rule. */
    public BlockingQueue<String> asked() {
        return asked;
    }

    /** The same with all that is to be known of a question. */
    public BlockingQueue<WireQuestion> questions() {
        return questions;
    }

    private void serveDatagrams() {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
                socket.receive(packet);
                byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
                WireQuestion question =
                        WireQuestion.parse(bytes, WireQuestion.Carrier.UDP, packet.getPort());
                Reply reply = reply(question);
                Thread.ofVirtual()
                        .start(() ->
                                question.answers(reply).forEach(answer -> send(answer, packet)));
            }
        } catch (IOException e) {
            expectClosed(e);
        }
    }

    private void send(byte[] answer, DatagramPacket question) {
        try {
            socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
        } catch (IOException e) {
            expectClosed(e);
        }
    }

    private void serveConnections() {
        try {
            while (true) {
                Socket connection = listener.accept();
                connections.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            }
        } catch (IOException e) {
            expectClosed(e);
        }
    }

    private void serve(Socket connection) {
        try {
            DataInputStream in = new DataInputStream(connection.getInputStream());
            DataOutputStream out = new DataOutputStream(connection.getOutputStream());
            while (true) {
                byte[] bytes = in.readNBytes(in.readUnsignedShort());
                WireQuestion question =
                        WireQuestion.parse(bytes, WireQuestion.Carrier.TCP, connection.getPort());
                for (byte[] answer : question.answers(reply(question))) {
                    out.writeShort(answer.length);
                    out.write(answer);
                }
            }
        } catch (IOException theClientLeft) {
            connections.remove(connection);
        }
    }

    private Reply reply(WireQuestion question) {
        asked.add(question.name());
        questions.add(question);
        return replies.apply(question.name());
    }

    private void expectClosed(IOException e) {
        if (!socket.isClosed()) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        socket.close();
        try {
            listener.close();
            for (Socket connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
