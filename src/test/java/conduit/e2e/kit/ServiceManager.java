package conduit.e2e.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** The socket of a service manager, and what a service has told it. */
public final class ServiceManager implements AutoCloseable {

    private final MultiThreadIoEventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final String address;
    private final Channel socket;

    private ServiceManager(String address) {
        this.address = address;
        socket =
                new Bootstrap()
                        .group(loop)
                        .channel(EpollDomainDatagramChannel.class)
                        .handler(new Noting())
                        .bind(new DomainSocketAddress(address.replaceFirst("^@", "\0")))
                        .syncUninterruptibly()
                        .channel();
    }

    /** At the path of a file, or by an abstract name behind {@code @}. */
    public static ServiceManager at(String address) {
        return new ServiceManager(address);
    }

    private final class Noting extends SimpleChannelInboundHandler<DomainDatagramPacket> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DomainDatagramPacket packet) {
            told.add(packet.content().toString(UTF_8));
        }
    }

    /** This, started as its service. */
    public Launch starts(Launch launch, String... variables) {
        String[] program = new String[variables.length + 2];
        program[0] = "env";
        program[1] = "NOTIFY_SOCKET=" + address;
        System.arraycopy(variables, 0, program, 2, variables.length);
        return launch.under(program);
    }

    /** What it was told so far, message by message. */
    public List<String> told() {
        return List.copyOf(told);
    }

    /** The first message that fits, when it has come. */
    public String await(Predicate<String> fits) {
        return Awaitility.await()
                .until(() -> told.stream().filter(fits).toList(), found -> !found.isEmpty())
                .getFirst();
    }

    @Override
    public void close() {
        socket.close().syncUninterruptibly();
        loop.shutdownGracefully();
    }
}
