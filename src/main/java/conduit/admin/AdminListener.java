package conduit.admin;

import conduit.address.IpLiteral;
import conduit.config.Administration;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The address that those who run conduit use, with a thread of its own, so that whatever they ask
 * for costs no event loop more than its share of the answer. Owns the thread and the connections.
 */
public final class AdminListener implements AutoCloseable {

    /** A monitor or two, a page, somebody with curl, and room for those who hang. */
    private static final int MOST_CONNECTIONS = 128;

    private static final int LONGEST_LINE = 4 * 1024;
    private static final int LONGEST_HEAD = 16 * 1024;
    private static final int LONGEST_BODY = 16 * 1024;
    private static final Duration LONGEST_STOP = Duration.ofSeconds(1);

    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("admin", true), NioIoHandler.newFactory());
    private final Administration admin;

    private Optional<Channel> listener = Optional.empty();

    /** The oldest first. Of the admin thread. */
    private final Map<Channel, AdminConnection> connections = new LinkedHashMap<>();

    /** Nothing is bound yet. */
    public AdminListener(Administration admin) {
        this.admin = admin;
    }

    /** The thread on which requests are answered. */
    EventLoop loop() {
        return group.next();
    }

    /**
     * Binds. Nobody is accepted yet. Blocks until that is done.
     *
     * @return the address with its real port
     * @throws CannotListenException when the address is in use or not ours to bind
     */
    public InetSocketAddress bind(Subjects subjects) throws CannotListenException {
        Routes routes = new Routes(new Gate(admin), subjects, loop());
        ChannelFuture bind =
                new ServerBootstrap()
                        .group(group)
                        .channel(NioServerSocketChannel.class)
                        .option(ChannelOption.AUTO_READ, false)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(
                                ChannelOption.WRITE_BUFFER_WATER_MARK, WriteBufferWaterMark.DEFAULT)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel accepted) {
                                        compose(accepted, routes);
                                    }
                                })
                        .bind(admin.address())
                        .awaitUninterruptibly();
        if (!bind.isSuccess()) {
            throw new CannotListenException(
                    IpLiteral.withPort(admin.address()), String.valueOf(bind.cause().getMessage()));
        }
        listener = Optional.of(bind.channel());
        return (InetSocketAddress) bind.channel().localAddress();
    }

    /** Accepts, and answers, from here on. By the thread that has bound it. */
    public void accept() {
        listener.ifPresent(bound -> bound.config().setAutoRead(true));
    }

    private void compose(Channel accepted, Routes routes) {
        if (connections.size() == MOST_CONNECTIONS && !makesRoom()) {
            accepted.close();
            return;
        }
        AdminConnection connection = new AdminConnection(routes);
        connections.put(accepted, connection);
        accepted.closeFuture().addListener(_ -> connections.remove(accepted));
        accepted.pipeline()
                .addLast(new HttpServerCodec(LONGEST_LINE, LONGEST_HEAD, LONGEST_BODY))
                .addLast(new HttpObjectAggregator(LONGEST_BODY, true))
                .addLast(connection);
    }

    /**
     * Closes who has kept a connection longest without asking, so that silence shuts nobody out.
     */
    private boolean makesRoom() {
        for (Map.Entry<Channel, AdminConnection> each : connections.entrySet()) {
            if (each.getValue().awaitsRequest()) {
                Channel silent = each.getKey();
                connections.remove(silent);
                silent.close();
                return true;
            }
        }
        return false;
    }

    /** Closes all connections and ends the thread. */
    @Override
    public void close() {
        group.shutdownGracefully(0, LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(LONGEST_STOP.toMillis());
    }
}
