package conduit.transport;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.KeepAlive;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What docs/decisions/0003 is about, at the smallest: Netty alone loses these bytes. */
class HalfClosedBackPressureTest {

    private static final InetSocketAddress LOOPBACK =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    private static final int LENGTH = 64 * 1024 * 1024;
    private static final int READ_TIMEOUT_MILLIS = 30_000;

    @AutoClose private final Transport transport = new Transport(2, new KeepAlive.KernelDefaults());
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    @Test
    void deliversEverythingToASlowReaderThatHasSentItsEndOfStream() throws Exception {
        Channel listener =
                transport
                        .listening(LOOPBACK)
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel accepted) {
                                        accepted.pipeline().addLast(new AnswerToTheEnd());
                                    }
                                })
                        .bind(LOOPBACK)
                        .sync()
                        .channel();
        try (Socket client = new Socket()) {
            client.setSoTimeout(READ_TIMEOUT_MILLIS);
            client.connect((InetSocketAddress) listener.localAddress());
            client.shutdownOutput();

            assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo("waiting for the reader");

            assertThat(client.getInputStream().readAllBytes()).hasSize(LENGTH);
            assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo("written");
        }
    }

    /** Answers the end of stream with more than all buffers on the way can hold. */
    private final class AnswerToTheEnd extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.read();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                // Later: only then is the socket wanted for nothing, and out of epoll.
                ctx.executor().execute(() -> answer(ctx));
            }
        }

        private void answer(ChannelHandlerContext ctx) {
            var write = ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[LENGTH]));
            seen.add(write.isDone() ? "done already: " + write.cause() : "waiting for the reader");
            write.addListener(done -> {
                seen.add(done.isSuccess() ? "written" : String.valueOf(done.cause()));
                ctx.close();
            });
        }
    }
}
