package conduit.inbound;

import conduit.config.HttpLimits;
import conduit.config.Listener;
import conduit.config.SeenAs;
import conduit.config.Timeouts;
import conduit.inbound.http.HttpPipeline;
import conduit.inbound.socks.SocksInbound;
import conduit.inbound.transparent.TransparentInbound;
import conduit.limits.Seats;
import conduit.transport.Transport;
import conduit.tunnel.Tunnel;
import conduit.users.Authenticator;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses we accept on. Binds them, and gives every accepted client its first pipeline. */
public final class Listeners implements AutoCloseable {

    /** The kernel lowers it to net.core.somaxconn. */
    private static final int BACKLOG = 65_535;

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final Transport transport;
    private final Tunnel.Ways ways;
    private final Optional<Authenticator> authenticator;
    private final Timeouts timeouts;
    private final HttpLimits limits;
    private final SeenAs transparent;
    private final Seats seats;
    private final Runnable makeWay;
    private final List<Channel> bound = new ArrayList<>();

    /**
     * Nothing is bound yet.
     *
     * @param authenticator who knows the users; everybody is served without
     * @param transparent whose address destinations of transparent clients are to see
     * @param seats what accepted connections take
     * @param makeWay lets go of descriptors that nobody needs at the moment
     */
    public Listeners(
            Transport transport,
            Tunnel.Ways ways,
            Optional<Authenticator> authenticator,
            Timeouts timeouts,
            HttpLimits limits,
            SeenAs transparent,
            Seats seats,
            Runnable makeWay) {
        this.transport = transport;
        this.ways = ways;
        this.authenticator = authenticator;
        this.timeouts = timeouts;
        this.limits = limits;
        this.transparent = transparent;
        this.seats = seats;
        this.makeWay = makeWay;
    }

    /**
     * Binds one listener and starts to accept. Blocks until that is done; not for event loops.
     *
     * @return the same listener with its real port
     * @throws BindException when the address is in use or not ours to bind
     */
    public Listener bind(Listener wanted) throws BindException {
        if (wanted.protocol() == Listener.Protocol.TPROXY) {
            if (!transport.isEpoll()) {
                throw new BindException(
                        wanted, "it needs epoll: " + Transport.epollUnavailableBecause());
            }
            transport.rememberDials();
        }
        ServerBootstrap listening =
                transport
                        .listening(wanted.address())
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel listener) {
                                        prepare(wanted, listener);
                                    }
                                })
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel client) {
                                        compose(wanted.protocol(), client);
                                    }
                                });
        ChannelFuture bind = transport.bind(listening, wanted.address()).awaitUninterruptibly();
        if (!bind.isSuccess()) {
            throw new BindException(wanted, bind.cause());
        }
        bound.add(bind.channel());
        return new Listener(wanted.protocol(), (InetSocketAddress) bind.channel().localAddress());
    }

    private void prepare(Listener wanted, Channel listener) {
        listener.pipeline().addLast(new Doorway(wanted, seats, ways.journal(), makeWay));
        bindAnywhere(wanted, listener);
    }

    /** Not as an option of the bootstrap, which writes a stack trace where one is refused. */
    private static void bindAnywhere(Listener wanted, Channel listener) {
        if (wanted.protocol() != Listener.Protocol.TPROXY) {
            return;
        }
        try {
            listener.config().setOption(EpollChannelOption.IP_TRANSPARENT, true);
        } catch (ChannelException e) {
            LOG.warn(
                    "{}: TPROXY is off, since it needs CAP_NET_RAW or CAP_NET_ADMIN ({}); REDIRECT works",
                    wanted,
                    e.getMessage());
        }
    }

    private void compose(Listener.Protocol protocol, Channel client) {
        switch (protocol) {
            case HTTP ->
                    HttpPipeline.ofClient(client.pipeline(), ways, authenticator, timeouts, limits);
            case SOCKS5 ->
                    client.pipeline()
                            .addLast(new SocksInbound(ways, authenticator, timeouts.negotiation()));
            case TPROXY ->
                    client.pipeline()
                            .addLast(
                                    new TransparentInbound(
                                            ways, transparent, transport::hasDialled));
        }
    }

    /** Stops to accept; connections go on. */
    @Override
    public void close() {
        bound.forEach(listener -> listener.close().awaitUninterruptibly());
    }
}
