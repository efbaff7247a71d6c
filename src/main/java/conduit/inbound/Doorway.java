package conduit.inbound;

import conduit.config.Inbound;
import conduit.config.Listener;
import conduit.limits.Exceeded;
import conduit.limits.Seat;
import conduit.limits.Seats;
import conduit.transport.Errno;
import conduit.transport.Unread;
import conduit.tunnel.Journal;
import conduit.tunnel.Negotiation;
import conduit.tunnel.Seating;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands first in a listener's pipeline: gives every accepted connection its seat, and does not
 * accept while all are taken or the kernel has no means; clients then wait in the kernel's queue.
 * Lives on the listener's event loop. Other listeners accept on theirs, so that each of them may
 * take one seat too many; a listener of NIO, which accepts some before it tells of the first, a
 * few.
 */
final class Doorway extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Doorway.class);

    /** No descriptor. */
    private static final Set<Errno> DESCRIPTORS = EnumSet.of(Errno.EMFILE, Errno.ENFILE);

    /**
     * What was wrong with the one connection that was to be accepted, and not with us: accept(2).
     */
    private static final Set<Errno> OF_ONE_CONNECTION =
            EnumSet.of(
                    Errno.ECONNABORTED,
                    Errno.ECONNRESET,
                    Errno.EHOSTDOWN,
                    Errno.EHOSTUNREACH,
                    Errno.ENETDOWN,
                    Errno.ENETUNREACH,
                    Errno.ENONET,
                    Errno.ENOPROTOOPT,
                    Errno.EOPNOTSUPP,
                    Errno.EPERM,
                    Errno.EPROTO,
                    Errno.ETIMEDOUT);

    private static final Duration QUIET = Duration.ofMinutes(1);

    /** For those in its queue, while all seats are taken or ever more come. */
    private static final Duration LONGEST_CLOSING = Duration.ofSeconds(5);

    private final Listener listener;
    private final Seats seats;
    private final Journal journal;
    private final Runnable makeWay;
    private final Pauses pauses;

    private @Nullable ChannelHandlerContext context;

    /** All seats are taken. */
    private boolean full;

    /** We wait to be told of free seats. */
    private boolean queued;

    /** A look is due. */
    private boolean looking;

    /** The kernel has no means. */
    private boolean withoutMeans;

    /** It is not open yet. */
    private boolean shutYet = true;

    /** It is to be closed as soon as nobody waits in its queue. */
    private boolean closing;

    private long quietUntil = System.nanoTime();

    /**
     * For one listener.
     *
     * @param makeWay lets go of descriptors that nobody needs at the moment
     */
    Doorway(Listener listener, Seats seats, Journal journal, Runnable makeWay) {
        this.listener = listener;
        this.seats = seats;
        this.journal = journal;
        this.makeWay = makeWay;
        this.pauses = new Pauses(listener, seats::most);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    /** From now on it accepts, as far as it can. From any thread. */
    void open() {
        context()
                .executor()
                .execute(() -> {
                    shutYet = false;
                    listen();
                });
    }

    /**
     * Closes the listener when everybody has been accepted who waits in its queue: closing resets
     * them. Nobody waits longer than {@link #LONGEST_CLOSING} for it. From any thread.
     */
    void close() {
        context()
                .executor()
                .execute(() -> {
                    closing = true;
                    closeIfNobodyWaits();
                    context()
                            .executor()
                            .schedule(
                                    () -> context().close(),
                                    LONGEST_CLOSING.toNanos(),
                                    TimeUnit.NANOSECONDS);
                });
    }

    private void closeIfNobodyWaits() {
        if (closing && context().channel().isOpen() && Unread.isNobodyAt(context().channel())) {
            context().close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        closeIfNobodyWaits();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
        Channel client = (Channel) accepted;
        Seat seat = seats.take(((InetSocketAddress) client.remoteAddress()).getAddress());
        if (seat.exceeded().isPresent() && !seat.isToldWhy()) {
            shut(client, seat.exceeded().get());
            seat.release();
        } else {
            seat.bindTo(client);
            ctx.fireChannelRead(client);
        }
        if (seats.areFull() && !full) {
            pause();
        }
    }

    /** Without a word, before it has cost more than to be accepted. */
    private void shut(Channel client, Exceeded exceeded) {
        client.config().setOption(ChannelOption.SO_LINGER, 0);
        new Negotiation(client, inbound(), journal).refused(Seating.refused(exceeded));
        client.unsafe().closeForcibly();
    }

    private Inbound inbound() {
        return switch (listener.protocol()) {
            case HTTP -> Inbound.HTTP;
            case SOCKS5 -> Inbound.SOCKS5;
            case TPROXY -> Inbound.TRANSPARENT;
        };
    }

    private void pause() {
        full = true;
        listen();
        pauses.begin(context().executor());
        if (!queued) {
            queued = true;
            seats.whenThereIsRoom(this::toldOfRoom);
        }
        lookInASecond();
    }

    /** On the thread of whoever has left a seat. */
    private void toldOfRoom() {
        try {
            context()
                    .executor()
                    .execute(() -> {
                        queued = false;
                        goOn();
                    });
        } catch (RejectedExecutionException stopped) {
            // There is nothing to accept any more.
        }
    }

    /** For the last free seats, of which nobody tells. */
    private void lookInASecond() {
        if (!looking) {
            looking = true;
            context().executor().schedule(this::look, 1, TimeUnit.SECONDS);
        }
    }

    private void look() {
        looking = false;
        if (full && seats.areFull()) {
            lookInASecond();
        } else {
            goOn();
        }
    }

    private void goOn() {
        if (full && !seats.areFull()) {
            full = false;
            pauses.end();
            listen();
        } else if (full && !queued) {
            queued = true;
            seats.whenThereIsRoom(this::toldOfRoom);
        }
    }

    /** Accepts, or does not. */
    private void listen() {
        context().channel().config().setAutoRead(!shutYet && !full && !withoutMeans);
    }

    /**
     * An accept has failed. Netty's own handler, which would do the same for an error of a single
     * connection, never sees it.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Errno errno = Errno.of(cause).orElse(null);
        if (errno != null && OF_ONE_CONNECTION.contains(errno)) {
            return;
        }
        if (errno != null && DESCRIPTORS.contains(errno)) {
            makeWay.run();
        }
        long now = System.nanoTime();
        if (now - quietUntil >= 0) {
            quietUntil = now + QUIET.toNanos();
            LOG.warn(
                    "{}: cannot accept for now, trying again every second: {}",
                    listener,
                    cause.getMessage());
        }
        if (!withoutMeans) {
            withoutMeans = true;
            listen();
            ctx.executor().schedule(this::tryAgain, 1, TimeUnit.SECONDS);
        }
    }

    private void tryAgain() {
        withoutMeans = false;
        listen();
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }
}
