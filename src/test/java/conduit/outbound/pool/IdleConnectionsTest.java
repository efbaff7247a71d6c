package conduit.outbound.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import conduit.address.Destination;
import conduit.address.Parsed;
import conduit.config.Reuse;
import conduit.transport.Unread;
import conduit.tunnel.Connector.Clearance;
import conduit.tunnel.Connector.NextHop;
import conduit.tunnel.Connector.Remote;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class IdleConnectionsTest {

    private static final End HERE = end("here:80", false);
    private static final End THERE = end("there:80", false);
    private static final End HERE_SECURED = end("here:80", true);

    private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.7");

    private final AtomicLong now = new AtomicLong(-5);

    private static End end(String text, boolean secured) {
        return new End(((Parsed.Valid<Destination>) Destination.parse(text)).value(), secured);
    }

    private IdleConnections keeping(int perDestination, int inAll) {
        return new IdleConnections(new Reuse(perDestination, inAll), now::get);
    }

    private static EmbeddedChannel kept(IdleConnections idle, End end) {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.freezeTime();
        idle.keep(end, new Remote(channel, new NextHop.Origin(), Optional.of(ADDRESS)));
        return channel;
    }

    private void pass(Duration time, EmbeddedChannel on) {
        now.addAndGet(time.toNanos());
        on.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        on.runScheduledPendingTasks();
    }

    @Test
    void givesTheOneThatCameLastAndEachOnce() {
        IdleConnections idle = keeping(2, 2);
        EmbeddedChannel first = kept(idle, HERE);
        EmbeddedChannel second = kept(idle, HERE);
        assertThat(idle.take(THERE, Clearance.ANY)).isEmpty();
        assertThat(idle.take(HERE_SECURED, Clearance.ANY)).isEmpty();
        assertThat(idle.take(HERE, Clearance.ANY)).map(Remote::channel).hasValue(second);
        assertThat(idle.take(HERE, Clearance.ANY)).map(Remote::channel).hasValue(first);
        assertThat(idle.take(HERE, Clearance.ANY)).isEmpty();
    }

    @Test
    void keepsOneFromWhoMayNotDialItsAddress() {
        IdleConnections idle = keeping(1, 1);
        EmbeddedChannel channel = kept(idle, HERE);
        Refused refused = Refused.of(Refusal.DENIED_BY_RULE, "no");
        Clearance other = address -> Optional.of(refused).filter(_ -> address.equals(ADDRESS));
        assertThat(idle.take(HERE, other)).isEmpty();
        assertThat(idle.take(HERE, Clearance.ANY)).map(Remote::channel).hasValue(channel);
    }

    /** Whoever is asked about an address has it in the log. */
    @Test
    void asksNobodyAboutTheAddressOfOneThatIsNotGiven() throws Exception {
        assumeTrue(Epoll.isAvailable());
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                EventLoopGroup group =
                        new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory())) {
            Channel channel =
                    new Bootstrap()
                            .group(group)
                            .channel(EpollSocketChannel.class)
                            .option(ChannelOption.AUTO_READ, false)
                            .handler(new ChannelInboundHandlerAdapter())
                            .connect(server.getLocalSocketAddress())
                            .sync()
                            .channel();
            List<InetAddress> asked = new ArrayList<>();
            try (Socket peer = server.accept()) {
                peer.getOutputStream().write('x');
                Callable<Boolean> hasArrived = () -> !Unread.isNothingIn(channel);
                await().until(() -> channel.eventLoop().submit(hasArrived).get());
                channel.eventLoop().submit(() -> takeStale(channel, asked)).get();
            }
            assertThat(asked).isEmpty();
            assertThat(channel.isOpen()).isFalse();
        }
    }

    private void takeStale(Channel channel, List<InetAddress> asked) {
        IdleConnections idle = keeping(1, 1);
        idle.keep(HERE, new Remote(channel, new NextHop.Origin(), Optional.of(ADDRESS)));
        Clearance noting =
                address -> {
                    asked.add(address);
                    return Optional.empty();
                };
        assertThat(idle.take(HERE, noting)).isEmpty();
    }

    @Test
    void saysThatItHasServedAndTakesItBack() {
        IdleConnections idle = keeping(1, 1);
        EmbeddedChannel channel = kept(idle, HERE);
        for (int i = 0; i < 3; i++) {
            Remote again = idle.take(HERE, Clearance.ANY).orElseThrow();
            assertThat(again.usedBefore()).isTrue();
            again.keeper().takeBack(channel);
        }
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void closesTheOldestToADestinationThatHasTooMany() {
        IdleConnections idle = keeping(1, 5);
        EmbeddedChannel first = kept(idle, HERE);
        EmbeddedChannel second = kept(idle, HERE);
        EmbeddedChannel other = kept(idle, THERE);
        assertThat(first.isOpen()).isFalse();
        assertThat(second.isOpen()).isTrue();
        assertThat(other.isOpen()).isTrue();
    }

    @Test
    void closesTheOneThatHasBeenIdleLongestWhenThereAreTooMany() {
        IdleConnections idle = keeping(5, 2);
        EmbeddedChannel first = kept(idle, HERE);
        EmbeddedChannel second = kept(idle, THERE);
        idle.take(HERE, Clearance.ANY).orElseThrow().keeper().takeBack(first);
        kept(idle, HERE);
        assertThat(second.isOpen()).isFalse();
        assertThat(first.isOpen()).isTrue();
        assertThat(idle.take(THERE, Clearance.ANY)).isEmpty();
    }

    @Test
    void letsTheOldestMakeWay() {
        IdleConnections idle = keeping(5, 5);
        EmbeddedChannel first = kept(idle, HERE);
        EmbeddedChannel second = kept(idle, THERE);
        EmbeddedChannel third = kept(idle, HERE);
        assertThat(idle.makeWay(2)).isTrue();
        assertThat(first.isOpen()).isFalse();
        assertThat(second.isOpen()).isFalse();
        assertThat(third.isOpen()).isTrue();
        assertThat(idle.makeWay(2)).isTrue();
        assertThat(third.isOpen()).isFalse();
        assertThat(idle.makeWay(2)).isFalse();
    }

    @Test
    void keepsNothingWhereNothingIsAllowed() {
        assertThat(kept(keeping(0, 5), HERE).isOpen()).isFalse();
        assertThat(kept(keeping(5, 0), HERE).isOpen()).isFalse();
    }

    @Test
    void closesEachWhenItHasBeenIdleForTooLong() {
        IdleConnections idle = keeping(5, 5);
        EmbeddedChannel first = kept(idle, HERE);
        pass(Duration.ofSeconds(60), first);
        EmbeddedChannel second = kept(idle, HERE);
        pass(Duration.ofSeconds(29), first);
        assertThat(first.isOpen()).isTrue();
        pass(Duration.ofSeconds(1), first);
        assertThat(first.isOpen()).isFalse();
        assertThat(second.isOpen()).isTrue();
        pass(Duration.ofSeconds(60), first);
        assertThat(second.isOpen()).isFalse();
        assertThat(idle.take(HERE, Clearance.ANY)).isEmpty();
    }

    @Test
    void forgetsOneThatWasClosed() {
        IdleConnections idle = keeping(1, 1);
        kept(idle, HERE).close();
        assertThat(idle.take(HERE, Clearance.ANY)).isEmpty();
        assertThat(kept(idle, HERE).isOpen()).isTrue();
    }
}
