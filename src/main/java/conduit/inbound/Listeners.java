package conduit.inbound;

import conduit.config.Listener;
import conduit.inbound.http.HttpPipeline;
import conduit.inbound.socks.SocksInbound;
import conduit.inbound.transparent.TransparentInbound;
import conduit.limits.Seats;
import conduit.transport.Transport;
import conduit.tunnel.Journal;
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
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses we accept on. Binds them, gives every accepted client its first pipeline, and lets
 * go of them again. Its methods block until that is done; not for event loops, and for one thread
 * at a time.
 */
public final class Listeners implements AutoCloseable {

    /** The kernel lowers it to net.core.somaxconn. */
    private static final int BACKLOG = 65_535;

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final Transport transport;
    private final Supplier<Terms> terms;
    private final Journal journal;
    private final Seats seats;
    private final Runnable makeWay;
    private List<Bound> bound = List.of();

    /** One of them: as it was asked for, and with its real port. */
    private record Bound(Listener wanted, Listener real, Channel channel, Doorway doorway) {}

    /**
     * Nothing is bound yet.
     *
     * @param terms those of the moment
     * @param seats what accepted connections take
     * @param makeWay lets go of descriptors that nobody needs at the moment
     */
    public Listeners(
            Transport transport,
            Supplier<Terms> terms,
            Journal journal,
            Seats seats,
            Runnable makeWay) {
        this.transport = transport;
        this.terms = terms;
        this.journal = journal;
        this.seats = seats;
        this.makeWay = makeWay;
    }

    /**
     * Binds what is wanted and not bound yet. Nobody is accepted there before the change is carried
     * out, so that it can be given up.
     *
     * @throws BindException when an address is in use or not ours to bind; then none is bound that
     *     was not before
     */
    public Change prepare(List<Listener> wanted) throws BindException {
        List<Bound> leaving = new ArrayList<>(bound);
        List<Bound> staying = new ArrayList<>();
        List<Listener> missing = new ArrayList<>();
        for (Listener one : wanted) {
            leaving.stream()
                    .filter(known -> known.wanted().equals(one))
                    .findFirst()
                    .ifPresentOrElse(
                            known -> {
                                leaving.remove(known);
                                staying.add(known);
                            },
                            () -> missing.add(one));
        }
        Change change = new Change(staying, leaving);
        try {
            for (Listener one : missing) {
                change.coming.add(bind(one));
            }
        } catch (BindException e) {
            change.giveUp();
            throw e;
        }
        return change;
    }

    /** From the listeners that there are to those that there are to be. */
    public final class Change {

        private final List<Bound> staying;
        private final List<Bound> leaving;
        private final List<Bound> coming = new ArrayList<>();

        private Change(List<Bound> staying, List<Bound> leaving) {
            this.staying = staying;
            this.leaving = leaving;
        }

        /** Those that are new, with their real ports. */
        public List<Listener> added() {
            return coming.stream().map(Bound::real).toList();
        }

        /** Those that are not to be any more. */
        public List<Listener> removed() {
            return leaving.stream().map(Bound::real).toList();
        }

        /** How many stay as they are. */
        public int kept() {
            return staying.size();
        }

        /** Everything stays as it was. */
        public void giveUp() {
            coming.forEach(one -> one.channel().close().awaitUninterruptibly());
        }

        /**
         * Accepts on those that are new, and no more on those that leave once their queues are
         * empty.
         *
         * @param closed told of each of these when it is closed, on its event loop
         */
        public void carryOut(Consumer<Listener> closed) {
            List<Bound> now = new ArrayList<>(staying);
            now.addAll(coming);
            bound = List.copyOf(now);
            coming.forEach(one -> one.doorway().open());
            for (Bound one : leaving) {
                one.channel().closeFuture().addListener(_ -> closed.accept(one.real()));
                one.doorway().close();
            }
        }
    }

    /** Those that there are, with their real ports. */
    public List<Listener> bound() {
        return bound.stream().map(Bound::real).toList();
    }

    private Bound bind(Listener wanted) throws BindException {
        if (wanted.protocol() == Listener.Protocol.TPROXY) {
            if (!transport.isEpoll()) {
                throw new BindException(
                        wanted, "it needs epoll: " + Transport.epollUnavailableBecause());
            }
            transport.rememberDials();
        }
        Doorway doorway = new Doorway(wanted, seats, journal, makeWay);
        ServerBootstrap listening =
                transport
                        .listening(wanted.address())
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        // Until its doorway is opened.
                        .option(ChannelOption.AUTO_READ, false)
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel listener) {
                                        furnish(wanted, doorway, listener);
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
        InetSocketAddress at = (InetSocketAddress) bind.channel().localAddress();
        return new Bound(wanted, new Listener(wanted.protocol(), at), bind.channel(), doorway);
    }

    private static void furnish(Listener wanted, Doorway doorway, Channel listener) {
        listener.pipeline().addLast(doorway);
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
            case HTTP -> HttpPipeline.ofClient(client.pipeline(), terms);
            case SOCKS5 -> client.pipeline().addLast(new SocksInbound(terms));
            case TPROXY -> {
                Terms now = terms.get();
                client.pipeline()
                        .addLast(
                                new TransparentInbound(
                                        now.ways(), now.transparent(), transport::hasDialled));
            }
        }
    }

    /**
     * Accepts whoever waits in the queues, and nobody else.
     *
     * @return done when they are closed
     */
    public CompletableFuture<Void> leave() {
        List<CompletableFuture<Void>> closed = new ArrayList<>();
        for (Bound one : bound) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            one.channel().closeFuture().addListener(_ -> done.complete(null));
            closed.add(done);
        }
        new Change(List.of(), bound).carryOut(_ -> {});
        return CompletableFuture.allOf(closed.toArray(CompletableFuture[]::new));
    }

    /** Stops to accept; connections go on. */
    @Override
    public void close() {
        bound.forEach(one -> one.channel().close().awaitUninterruptibly());
    }
}
