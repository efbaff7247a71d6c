package conduit.transport;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.KeepAlive;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Which options accepted and dialled sockets have, as the kernel tells. */
@EnabledOnOs(OS.LINUX)
class SocketOptionsTest {

    private static final InetSocketAddress LOOPBACK =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

    private static final KeepAlive SEVEN_EIGHT_NINE =
            new KeepAlive.Every(Duration.ofSeconds(7), Duration.ofSeconds(8), 9);

    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();

    @Test
    void probesBothSidesAsTold() throws Exception {
        try (Transport transport = new Transport(1, SEVEN_EIGHT_NINE)) {
            for (Channel channel : bothEnds(transport)) {
                assertThat(channel.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
                assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPIDLE))
                        .isEqualTo(7);
                assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPINTVL))
                        .isEqualTo(8);
                assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPCNT)).isEqualTo(9);
            }
        }
    }

    @Test
    void leavesTheTimesToTheKernel() throws Exception {
        try (Transport transport = new Transport(1, new KeepAlive.KernelDefaults())) {
            for (Channel channel : bothEnds(transport)) {
                assertThat(channel.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
                assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPCNT))
                        .isNotEqualTo(0);
            }
        }
    }

    @Test
    void probesNobodyWhenItIsOff() throws Exception {
        try (Transport transport = new Transport(1, new KeepAlive.Off())) {
            for (Channel channel : bothEnds(transport)) {
                assertThat(channel.config().getOption(ChannelOption.SO_KEEPALIVE)).isFalse();
            }
        }
    }

    @Test
    void sendsSmallWritesAtOnce() throws Exception {
        try (Transport transport = new Transport(1, SEVEN_EIGHT_NINE)) {
            for (Channel channel : bothEnds(transport)) {
                assertThat(channel.config().getOption(ChannelOption.TCP_NODELAY)).isTrue();
            }
        }
    }

    private List<Channel> bothEnds(Transport transport) throws InterruptedException {
        ChannelHandler noting =
                new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelActive(ChannelHandlerContext ctx) {
                        accepted.add(ctx.channel());
                    }
                };
        Channel listener =
                transport.listening(LOOPBACK).childHandler(noting).bind(LOOPBACK).sync().channel();
        InetSocketAddress address = (InetSocketAddress) listener.localAddress();
        EventLoop loop = transport.nextLoop();
        Channel dialled =
                loop.submit(() -> transport.connect(loop, address))
                        .sync()
                        .getNow()
                        .sync()
                        .channel();
        Channel other = accepted.poll(30, TimeUnit.SECONDS);
        assertThat(other).as("the accepted end").isNotNull();
        return List.of(dialled, other);
    }
}
