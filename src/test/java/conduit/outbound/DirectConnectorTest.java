package conduit.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Destination;
import conduit.address.Parsed;
import conduit.config.KeepAlive;
import conduit.outbound.FakeNameServer.Reply;
import conduit.outbound.dns.Resolver;
import conduit.transport.Transport;
import conduit.tunnel.Connector;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names and addresses, from the question to the connection, against a name server of our own. */
class DirectConnectorTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(300);

    private static final Map<String, Reply> NAMES =
            Map.ofEntries(
                    Map.entry("one.test.", Reply.Addresses.of("127.0.0.1")),
                    Map.entry("second.test.", Reply.Addresses.of("127.0.0.2", "127.0.0.1")),
                    Map.entry("six.test.", Reply.Addresses.of("::1")),
                    Map.entry("mixed.test.", Reply.Addresses.of("::1", "127.0.0.1")),
                    Map.entry("empty.test.", Reply.Addresses.of()),
                    Map.entry("broken.test.", new Reply.Code(2)),
                    Map.entry("silent.test.", new Reply.Silence()));

    private static Transport transport;
    private static FakeNameServer server;
    private static Resolver resolver;

    private ServerSocket origin;
    private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

    @BeforeAll
    static void start() throws IOException {
        transport = new Transport(2, new KeepAlive.KernelDefaults());
        server = new FakeNameServer(NAMES);
        resolver = server.askedThrough(transport);
    }

    @AfterAll
    static void stop() {
        server.close();
        transport.close();
    }

    @BeforeEach
    void listen() throws IOException {
        origin = new ServerSocket();
        origin.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    }

    @AfterEach
    void close() throws IOException {
        origin.close();
    }

    @Test
    void connectsToTheAddressOfAName() throws Exception {
        assertThat(dial("one.test", LONG)).isEqualTo("127.0.0.1");
    }

    @Test
    void triesTheNextAddressWhenOneRefuses() throws Exception {
        assertThat(dial("second.test", LONG)).isEqualTo("127.0.0.1");
    }

    @Test
    void triesTheOtherFamilyWhenOneRefuses() throws Exception {
        try (ServerSocket six = new ServerSocket()) {
            six.bind(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0));
            int port = six.getLocalPort();

            assertThat(dial("mixed.test", port, LONG)).isEqualTo("::1");
            assertThat(dial("six.test", port, LONG)).isEqualTo("::1");
        }
    }

    @Test
    void reportsTheFirstFailureWhenEveryAddressFails() throws Exception {
        int port = origin.getLocalPort();
        origin.close();

        Refused refused = (Refused) dial("second.test", port, LONG);

        assertThat(refused.refusal()).isEqualTo(Refusal.CONNECTION_REFUSED);
        assertThat(refused.detail()).contains("127.0.0.2:" + port);
    }

    @Test
    void tellsAnUnknownNameFromServersThatFailOrKeepSilent() throws Exception {
        assertThat(refusal("unknown.test", LONG)).isEqualTo(Refusal.NAME_NOT_FOUND);
        assertThat(refusal("empty.test", LONG)).isEqualTo(Refusal.NAME_NOT_FOUND);
        assertThat(refusal("broken.test", LONG)).isEqualTo(Refusal.NAME_LOOKUP_FAILED);
        assertThat(refusal("silent.test", SHORT)).isEqualTo(Refusal.NAME_LOOKUP_TIMED_OUT);
        // Without our deadline the resolver's own ends it.
        assertThat(refusal("silent.test", LONG)).isEqualTo(Refusal.NAME_LOOKUP_TIMED_OUT);
    }

    @Test
    void namesTheNameInTheDetail() throws Exception {
        assertThat(((Refused) dial("unknown.test", LONG)).detail()).contains("unknown.test");
    }

    @Test
    void tellsNobodyAnythingAfterACancel() throws Exception {
        EventLoop loop = transport.nextLoop();
        AtomicReference<Connector.Attempt> attempt = new AtomicReference<>();
        loop.submit(() -> attempt.set(begin("silent.test", 80, SHORT, loop))).sync();
        server.asked().take();

        loop.submit(() -> attempt.get().cancel()).sync();

        CountDownLatch later = new CountDownLatch(1);
        loop.schedule(later::countDown, SHORT.toMillis() * 2, TimeUnit.MILLISECONDS);
        later.await();
        assertThat(told).isEmpty();
    }

    @Test
    void tellsNobodyOfAConnectionThatComesAfterACancel() throws Exception {
        EventLoop loop = transport.nextLoop();
        int port = origin.getLocalPort();
        loop.submit(() -> begin("127.0.0.1", port, LONG, loop).cancel()).sync();

        // A connection of the same loop, begun later, is reported: so would the first have been.
        loop.execute(() -> begin("127.0.0.1", port, LONG, loop));
        assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("127.0.0.1");
        assertThat(told).isEmpty();
    }

    private Refusal refusal(String name, Duration timeout) throws InterruptedException {
        return ((Refused) dial(name, timeout)).refusal();
    }

    private Object dial(String name, Duration timeout) throws InterruptedException {
        return dial(name, origin.getLocalPort(), timeout);
    }

    /** The address connected to, or the refusal. */
    private Object dial(String name, int port, Duration timeout) throws InterruptedException {
        EventLoop loop = transport.nextLoop();
        loop.execute(() -> begin(name, port, timeout, loop));
        Object answer = told.poll(60, TimeUnit.SECONDS);
        assertThat(answer).as("an answer for %s", name).isNotNull();
        return answer;
    }

    private Connector.Attempt begin(String name, int port, Duration timeout, EventLoop loop) {
        if (!(Destination.of(name, port) instanceof Parsed.Valid<Destination>(var destination))) {
            throw new IllegalArgumentException(name);
        }
        return new DirectConnector(new Dialler(transport, resolver, new OwnListeners(), timeout))
                .connect(
                        destination,
                        new Connector.Purpose.Exchange(
                                new Connector.Wire.Plain(), Connector.Clearance.ANY),
                        loop,
                        new Told());
    }

    private final class Told implements Connector.Caller {
        @Override
        public void entered(Phase phase) {}

        @Override
        public void connected(Connector.Remote connected) {
            Channel remote = connected.channel();
            InetSocketAddress address = (InetSocketAddress) remote.remoteAddress();
            String text = address.getAddress().getHostAddress();
            remote.close()
                    .addListener(closed -> told.add(text.equals("0:0:0:0:0:0:0:1") ? "::1" : text));
        }

        @Override
        public void failed(Refused refused) {
            told.add(refused);
        }
    }
}
