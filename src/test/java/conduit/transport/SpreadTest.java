package conduit.transport;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.KeepAlive;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** On which loops connections live. */
class SpreadTest {

    private static final int LOOPS = 4;
    private static final int CLIENTS = 10 * LOOPS;

    @AutoClose
    private final Transport transport = new Transport(LOOPS, new KeepAlive.KernelDefaults());

    private final BlockingQueue<EventLoop> homes = new LinkedBlockingQueue<>();

    @Sharable
    private final class Noting extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            homes.add(ctx.channel().eventLoop());
        }
    }

    @Test
    void givesEveryLoopTheSameNumberOfClients() throws Exception {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        Channel listener =
                transport
                        .listening(anyPort)
                        .childHandler(new Noting())
                        .bind(anyPort)
                        .sync()
                        .channel();
        List<Socket> clients = new ArrayList<>();
        Map<EventLoop, Integer> clientsOf = new HashMap<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                Socket client = new Socket();
                clients.add(client);
                client.connect((InetSocketAddress) listener.localAddress());
            }
            for (int i = 0; i < CLIENTS; i++) {
                EventLoop home = homes.poll(30, TimeUnit.SECONDS);
                assertThat(home).as("the loop of client %d", i).isNotNull();
                clientsOf.merge(home, 1, Integer::sum);
            }
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
        assertThat(clientsOf)
                .hasSize(LOOPS)
                .allSatisfy(
                        (loop, clientCount) -> assertThat(clientCount).isEqualTo(CLIENTS / LOOPS));
    }
}
