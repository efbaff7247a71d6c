package conduit.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import conduit.address.Destination;
import conduit.address.IpLiteral;
import conduit.address.Parsed;
import conduit.config.Dialling;
import conduit.config.Fwmark;
import conduit.config.KeepAlive;
import conduit.config.SeenAs;
import conduit.e2e.kit.NetworkNamespace;
import conduit.outbound.FakeNameServer.Reply;
import conduit.outbound.dns.Resolver;
import conduit.transport.Transport;
import conduit.tunnel.Connector;
import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Dialling in a network with every kind of address: some that answer, some that refuse, black holes
 * that drop what comes, and some that no route leads to.
 */
@EnabledOnOs(OS.LINUX)
class DialTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(700);

    /** The quarter of a second, a little less since clocks are read at different moments. */
    private static final Duration QUARTER = Duration.ofMillis(200);

    /** What a busy machine may make of it; the next attempts would come after a second and more. */
    private static final Duration SOON = Duration.ofMillis(1_500);

    private static final String LIVE4 = "192.0.2.1";
    private static final String LIVE6 = "2001:db8::1";
    private static final String REFUSES4 = "192.0.2.2";
    private static final String REFUSES6 = "2001:db8::2";
    private static final String SILENT4 = "192.0.2.129";
    private static final String SILENT6 = "2001:db8:dead::1";
    private static final String UNROUTED6 = "2001:db9::1";

    private static final String NETWORK =
            """
            sysctl -qw net.ipv4.tcp_syn_retries=1
            ip address add 192.0.2.0/24 dev lo
            ip -6 route add local 2001:db8::/32 dev lo
            ip -6 address add 2001:db8::1/128 dev lo nodad
            ip route add unreachable 198.51.100.0/24
            ip route add prohibit 203.0.113.0/25
            ip route add blackhole 203.0.113.128/25
            nft -f - <<END
            table inet t {
                chain input {
                    type filter hook input priority 0;
                    meta l4proto tcp ip daddr 192.0.2.128/25 drop
                    meta l4proto tcp ip6 daddr 2001:db8:dead::/48 drop
                    meta l4proto tcp ip daddr 192.0.2.32 reject with icmp type net-unreachable
                    meta l4proto tcp ip daddr 192.0.2.33 reject with icmp type host-unreachable
                    meta l4proto tcp ip daddr 192.0.2.34 reject with icmp type admin-prohibited
                    meta l4proto tcp ip6 daddr 2001:db8::32 reject with icmpv6 type no-route
                    meta l4proto tcp ip6 daddr 2001:db8::33 reject with icmpv6 type addr-unreachable
                }
            }
            END
            """;

    private static final Map<String, Reply> REPLIES = new ConcurrentHashMap<>();

    @AutoClose private static NetworkNamespace network;
    @AutoClose private static ServerSocket live4;
    @AutoClose private static ServerSocket live6;
    @AutoClose private static FakeNameServer server;
    @AutoClose private static Transport transport;
    private static EventLoop loop;
    private static Resolver resolver;
    private static int port;

    private final OwnListeners own = new OwnListeners();
    private final Dialler dialler = dialler(LONG);
    private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

    @BeforeAll
    static void start() {
        network = NetworkNamespace.open();
        network.run(NETWORK);
        live4 = network.call(() -> new ServerSocket(0, 50, InetAddress.ofLiteral(LIVE4)));
        int free = live4.getLocalPort();
        live6 = network.call(() -> new ServerSocket(free, 50, InetAddress.ofLiteral(LIVE6)));
        port = live6.getLocalPort();
        server = network.call(() -> new FakeNameServer(REPLIES));
        transport = new Transport(1, new KeepAlive.KernelDefaults());
        loop = transport.nextLoop();
        // Begins the loop's thread, which has the network of who begins it.
        network.call(() -> loop.submit(() -> {}).sync());
        resolver = server.askedThrough(transport);
    }

    /** Soon: the kernel would give them up by itself, but not before three seconds. */
    @AfterEach
    void leavesNothingUnderWay() {
        await().atMost(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(network.synSent()).isEmpty());
    }

    @Test
    void prefersIpv6() throws Exception {
        assertThat(dial(host(LIVE4, LIVE6))).isEqualTo(LIVE6);
    }

    @Test
    void losesAQuarterOfASecondOnABlackHole() throws Exception {
        String host = host(SILENT6, LIVE4);
        long begun = System.nanoTime();
        assertThat(dial(host)).isEqualTo(LIVE4);
        assertThat(since(begun)).isBetween(QUARTER, SOON);
    }

    @Test
    void losesAQuarterOfASecondOnABlackHoleOfTheSameFamily() throws Exception {
        String host = host(SILENT4, LIVE4);
        long begun = System.nanoTime();
        assertThat(dial(host)).isEqualTo(LIVE4);
        assertThat(since(begun)).isBetween(QUARTER, SOON);
    }

    @Test
    void losesNothingOnARefusal() throws Exception {
        String host =
                host(
                        Stream.concat(
                                        numbered("2001:db8::1%d", 8),
                                        Stream.concat(numbered("192.0.2.1%d", 7), Stream.of(LIVE4)))
                                .toArray(String[]::new));
        long begun = System.nanoTime();
        assertThat(dial(host)).isEqualTo(LIVE4);
        // Waiting before each of them would take almost four seconds.
        assertThat(since(begun)).isLessThan(SOON);
    }

    @Test
    void remembersWhichFamilyWon() throws Exception {
        String host = host(REFUSES6, LIVE4);
        assertThat(dial(host)).isEqualTo(LIVE4);
        answer(host, LIVE6, LIVE4);
        assertThat(dial(host)).isEqualTo(LIVE4);
        assertThat(dial(host(LIVE6, LIVE4))).as("another host").isEqualTo(LIVE6);
        // What it remembers is an order, and no more.
        answer(host, LIVE6, REFUSES4);
        assertThat(dial(host)).isEqualTo(LIVE6);
        answer(host, LIVE6, LIVE4);
        assertThat(dial(host)).isEqualTo(LIVE6);
    }

    @Test
    void prefersIpv4WhileThereIsNoRouteToIpv6() throws Exception {
        assertThat(dial(host(UNROUTED6, LIVE4))).isEqualTo(LIVE4);
        assertThat(dial(host(LIVE6, LIVE4))).as("any host").isEqualTo(LIVE4);
        assertThat(dial(host(LIVE6, REFUSES4))).isEqualTo(LIVE6);
    }

    @Test
    void closesTheLosers() throws Exception {
        String host = host(SILENT6, SILENT4, "2001:db8:dead::2", "192.0.2.130", LIVE4);
        begin(dialler, host);
        await().until(() -> network.connecting() >= 3);
        assertThat(answer()).isEqualTo(LIVE4);
        leavesNothingUnderWay();
    }

    @Test
    void hasFewUnderWayAtATime() throws Exception {
        String host =
                host(
                        Stream.concat(
                                        numbered("2001:db8:dead::1%d", 8),
                                        Stream.concat(
                                                numbered("192.0.2.13%d", 5), Stream.of(LIVE4)))
                                .toArray(String[]::new));
        begin(dialler, host);
        await().until(() -> network.connecting() == Dial.MOST_AT_ONCE);
        while (told.isEmpty()) {
            // One more for the moment in which the oldest makes room for it.
            assertThat(network.connecting()).isLessThanOrEqualTo(Dial.MOST_AT_ONCE + 1);
        }
        assertThat(answer()).isEqualTo(LIVE4);
    }

    @Test
    void givesUpAtTheDeadline() throws Exception {
        long begun = System.nanoTime();
        begin(dialler(SHORT), host(SILENT6, SILENT4, "2001:db8:dead::2"));
        Refused refused = (Refused) answer();
        assertThat(since(begun)).isGreaterThanOrEqualTo(SHORT.minusMillis(50));
        assertThat(refused.refusal()).isEqualTo(Refusal.CONNECT_TIMED_OUT);
        assertThat(refused.errno()).as("the time was our own").isEmpty();
        assertThat(refused.phase()).isEqualTo(Phase.CONNECT);
        assertThat(refused.detail())
                .isEqualTo(
                        "connect to [2001:db8:dead::1]:%d: no answer within the dial timeout of"
                                        .formatted(port)
                                + " 700 ms; 2 other addresses failed too");
    }

    @Test
    void closesWhatIsUnderWayWhenItIsCancelled() throws Exception {
        Dial dial = begin(dialler, host(SILENT6, SILENT4, LIVE4));
        await().until(() -> network.connecting() > 0);
        assertThat(loop.submit(dial::phase).get()).isEqualTo(Phase.CONNECT);
        loop.submit(dial::cancel).sync();
        leavesNothingUnderWay();
        expectNobodyIsTold();
    }

    @Test
    void doesNotBeginToConnectOnceItIsCancelled() throws Exception {
        String host = host(LIVE4);
        Phase cancelledIn =
                loop.submit(
                                () -> {
                                    Dial dial =
                                            dialler.dial(
                                                    destination(host),
                                                    Optional.empty(),
                                                    Connector.Clearance.ANY,
                                                    loop,
                                                    new Told());
                                    Phase phase = dial.phase();
                                    dial.cancel();
                                    return phase;
                                })
                        .get();
        assertThat(cancelledIn).isEqualTo(Phase.LOOKUP);
        expectNobodyIsTold();
    }

    @Test
    void tellsOnce() throws Exception {
        begin(dialler(SHORT), host(LIVE4));
        assertThat(answer()).isEqualTo(LIVE4);
        begin(dialler(SHORT), host(SILENT4));
        assertThat(((Refused) answer()).refusal()).isEqualTo(Refusal.CONNECT_TIMED_OUT);
        assertThat(told).as("told after the first deadline too").isEmpty();
    }

    /** A dial to elsewhere, which is begun later and takes longer than the cancelled one would. */
    private void expectNobodyIsTold() throws Exception {
        String later = host("2001:db8:dead::2", "2001:db8:dead::3", "2001:db8:dead::4", LIVE6);
        assertThat(dial(later)).isEqualTo(LIVE6);
        assertThat(told).isEmpty();
    }

    @Test
    void asksNameServersWithTheMark() throws Exception {
        network.run(
                """
                nft add table inet marks
                nft add chain inet marks output '{ type filter hook output priority 0; }'
                nft add rule inet marks output udp dport %d meta mark != 0x2a drop
                """
                        .formatted(server.address().getPort()));
        Dialling marking = Dialling.from(List.of(), Optional.of(new Fwmark(42)), SeenAs.CONDUIT);
        try (Transport marked = new Transport(1, new KeepAlive.KernelDefaults(), marking)) {
            EventLoop its = marked.nextLoop();
            Dialler with = new Dialler(marked, server.askedThrough(marked), own, LONG);
            Destination destination = destination(host(LIVE4));
            network.call(() ->
                    its.submit(() ->
                                    with.dial(
                                            destination,
                                            Optional.empty(),
                                            Connector.Clearance.ANY,
                                            its,
                                            new Told()))
                            .get());
            assertThat(answer()).isEqualTo(LIVE4);
        } finally {
            network.run("nft delete table inet marks");
        }
    }

    @Test
    void doesNotDialItsOwnListeners() throws Exception {
        own.add(new InetSocketAddress(InetAddress.ofLiteral(LIVE4), port));
        for (String host : List.of(LIVE4, host(LIVE4), host(REFUSES6, LIVE4))) {
            Refused refused = (Refused) dial(host);
            assertThat(refused.refusal()).as("%s", refused).isEqualTo(Refusal.WOULD_LOOP);
            assertThat(refused.detail())
                    .startsWith("192.0.2.1:" + port + " is a listener of conduit itself");
        }
        assertThat(dial(host(REFUSES6, LIVE4, "192.0.2.3", LIVE6))).isEqualTo(LIVE6);
    }

    @ParameterizedTest
    @CsvSource({
        // No route at all, and routes that say no.
        "100.64.0.1, NETWORK_UNREACHABLE, US, ENETUNREACH, no route to its network",
        "2001:db9::1, NETWORK_UNREACHABLE, US, ENETUNREACH, no route to its network",
        "198.51.100.1, HOST_UNREACHABLE, US, EHOSTUNREACH, no route to it",
        "203.0.113.1, CONNECT_FAILED, US, EACCES, forbidden",
        "203.0.113.200, CONNECT_FAILED, US, EINVAL, black hole",
        // What a router says, which comes later.
        "192.0.2.32, NETWORK_UNREACHABLE, REMOTE, ENETUNREACH, no route to its network",
        "192.0.2.33, HOST_UNREACHABLE, REMOTE, EHOSTUNREACH, no route to it",
        "192.0.2.34, HOST_UNREACHABLE, REMOTE, EHOSTUNREACH, no route to it",
        "2001:db8::32, NETWORK_UNREACHABLE, REMOTE, ENETUNREACH, no route to its network",
        "2001:db8::33, HOST_UNREACHABLE, REMOTE, EHOSTUNREACH, no route to it",
        // What the host says, and when nobody says anything.
        "192.0.2.2, CONNECTION_REFUSED, REMOTE, ECONNREFUSED, connection refused",
        "2001:db8::2, CONNECTION_REFUSED, REMOTE, ECONNREFUSED, connection refused",
        "192.0.2.129, CONNECT_TIMED_OUT, REMOTE, ETIMEDOUT, no answer",
    })
    void tellsTheErrorOfTheKernel(
            String address, Refusal refusal, Party by, String errno, String words)
            throws Exception {
        Refused refused = (Refused) dial(address);
        assertThat(refused)
                .isEqualTo(
                        new Refused(
                                refusal, by, Phase.CONNECT, Optional.of(errno), refused.detail()));
        assertThat(refused.detail())
                .startsWith("connect to " + IpLiteral.withoutPort(InetAddress.ofLiteral(address)))
                .contains(":" + port + ": ", words);
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db9::1 192.0.2.2, 192.0.2.2, CONNECTION_REFUSED",
        "2001:db8::2 100.64.0.1, [2001:db8::2], CONNECTION_REFUSED",
        "2001:db8::2 192.0.2.129, [2001:db8::2], CONNECTION_REFUSED",
        "2001:db9::1 192.0.2.129, 192.0.2.129, CONNECT_TIMED_OUT",
        "2001:db9::1 198.51.100.1, 198.51.100.1, HOST_UNREACHABLE",
        "2001:db8::2 192.0.2.2, [2001:db8::2], CONNECTION_REFUSED",
    })
    void tellsTheFailureThatSaysMost(String both, String address, Refusal refusal)
            throws Exception {
        begin(dialler(SHORT), host(both.split(" ", -1)));
        Refused refused = (Refused) answer();
        assertThat(refused.refusal()).as("%s", refused).isEqualTo(refusal);
        assertThat(refused.detail())
                .startsWith("connect to " + address + ":")
                .endsWith("; 1 other address failed too");
    }

    /** A new name with these addresses. */
    private static String host(String... addresses) {
        String host = "host" + REPLIES.size() + ".test";
        answer(host, addresses);
        return host;
    }

    private static Stream<String> numbered(String address, int count) {
        return IntStream.range(0, count).mapToObj(address::formatted);
    }

    private static void answer(String host, String... addresses) {
        REPLIES.put(host + ".", Reply.Addresses.of(addresses));
    }

    private Dialler dialler(Duration timeout) {
        return new Dialler(transport, resolver, own, timeout);
    }

    /** The address connected to, or the refusal. */
    private Object dial(String host) throws Exception {
        begin(dialler, host);
        return answer();
    }

    private Dial begin(Dialler with, String host) throws Exception {
        return loop.submit(() ->
                        with.dial(
                                destination(host),
                                Optional.empty(),
                                Connector.Clearance.ANY,
                                loop,
                                new Told()))
                .get();
    }

    private static Destination destination(String host) {
        if (!(Destination.of(host, port) instanceof Parsed.Valid<Destination>(var destination))) {
            throw new IllegalArgumentException(host);
        }
        return destination;
    }

    private Object answer() throws InterruptedException {
        Object answer = told.poll(60, TimeUnit.SECONDS);
        assertThat(answer).as("an answer").isNotNull();
        return answer;
    }

    private static Duration since(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private final class Told implements Dial.Caller {
        @Override
        public void entered(Phase phase) {}

        @Override
        public void connected(Channel channel) {
            InetSocketAddress address = (InetSocketAddress) channel.remoteAddress();
            String literal = IpLiteral.withoutPort(address.getAddress()).replaceAll("[\\[\\]]", "");
            channel.close().addListener(closed -> told.add(literal));
        }

        @Override
        public void failed(Refused refused) {
            told.add(refused);
        }
    }
}
