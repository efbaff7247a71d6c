package conduit.transport;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.KeepAlive;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Which accepted connections are taken for the process's own. */
@EnabledOnOs(OS.LINUX)
class ComeBackTest {

    @AutoClose private final Transport transport = new Transport(1, new KeepAlive.KernelDefaults());

    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
    private final List<FileInputStream> taken = new ArrayList<>();
    private InetSocketAddress listener = new InetSocketAddress(0);

    @Sharable
    private final class Noting extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            accepted.add(ctx.channel());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // The reset of a test's.
        }
    }

    @BeforeEach
    void listen() throws InterruptedException {
        transport.rememberDials();
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        Channel channel =
                transport
                        .listening(anyPort)
                        .childHandler(new Noting())
                        .bind(anyPort)
                        .sync()
                        .channel();
        listener = (InetSocketAddress) channel.localAddress();
    }

    @Test
    void knowsAConnectionOfItsOwnWhileItIsOpen() throws Exception {
        dialled();
        assertThat(hasDialled(nextAccepted())).isTrue();
    }

    @Test
    void knowsAConnectionOfItsOwnThatWasClosedBeforeItWasLookedAt() throws Exception {
        Channel own = dialled();
        Channel back = nextAccepted();
        own.close().sync();
        assertThat(hasDialled(back)).isTrue();
    }

    @Test
    void knowsAConnectionOfItsOwnThatWasResetBeforeItWasLookedAt() throws Exception {
        Channel own = dialled();
        Channel back = nextAccepted();
        reset(own);
        assertThat(hasDialled(back)).isTrue();
    }

    /** Where clients run on the same machine, they get the ports that conduit had a moment ago. */
    @Test
    void doesNotTakeAClientThatWasGivenTheSamePortForItself() throws Exception {
        Channel own = dialled();
        InetSocketAddress from = (InetSocketAddress) own.localAddress();
        nextAccepted();
        int descriptor = ((EpollSocketChannel) own).fd().intValue();
        reset(own);
        takeUp(descriptor);
        try (Socket client = new Socket()) {
            client.bind(from);
            client.connect(listener);
            Channel clients = nextAccepted();
            assertThat(clients.remoteAddress()).isEqualTo(from);
            assertThat(hasDialled(clients)).isFalse();
        }
    }

    /** A client is another process, and its socket cannot have the number that ours had here. */
    private void takeUp(int descriptor) throws IOException {
        Path open = Path.of("/proc/self/fd", Integer.toString(descriptor));
        while (!Files.exists(open)) {
            taken.add(new FileInputStream("/dev/null"));
        }
    }

    @AfterEach
    void giveBack() throws IOException {
        for (FileInputStream each : taken) {
            each.close();
        }
    }

    @Test
    void doesNotTakeAClientForItself() throws Exception {
        try (Socket client = new Socket()) {
            client.connect(listener);
            assertThat(hasDialled(nextAccepted())).isFalse();
        }
    }

    private boolean hasDialled(Channel back) {
        return transport.hasDialled(back, listener);
    }

    private Channel dialled() throws Exception {
        var loop = transport.nextLoop();
        return loop.submit(() -> transport.connect(loop, listener)).get().sync().channel();
    }

    private static void reset(Channel channel) throws InterruptedException {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.close().sync();
    }

    private Channel nextAccepted() throws IOException, InterruptedException {
        Channel next = accepted.poll(30, TimeUnit.SECONDS);
        if (next == null) {
            throw new IOException("nothing was accepted");
        }
        return next;
    }
}
