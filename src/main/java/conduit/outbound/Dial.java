package conduit.outbound;

import conduit.address.Destination;
import conduit.address.IpLiteral;
import conduit.outbound.dns.Answer;
import conduit.outbound.dns.Resolver;
import conduit.transport.ConnectError;
import conduit.transport.Errno;
import conduit.tunnel.Connector;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to reach a host: look its name up, dial its addresses as RFC 8305 has it, and keep
 * the connection that is there first, all before one deadline. Lives on the caller's event loop and
 * owns every socket that it opens until the winner goes to the caller.
 */
final class Dial implements Connector.Attempt {

    /** RFC 8305, section 5: the recommended Connection Attempt Delay. */
    private static final Duration NEXT_AFTER = Duration.ofMillis(250);

    /** More than hosts have, and fewer than a dial timeout of 10 s would let us try. */
    private static final int MOST_TRIED = 32;

    /** Bounds the descriptors that one client can make us open; the oldest makes room. */
    static final int MOST_AT_ONCE = 8;

    /** Who asked. */
    interface Caller {
        /** The lookup begins, or the first connect. */
        void entered(Phase phase);

        /**
         * There is a connection, which belongs to the caller from here on; it is on the loop that
         * was given, has no handlers and does not read until told to.
         */
        void connected(Channel channel);

        /** The host could not be reached; as if it were the destination. */
        void failed(Refused refused);
    }

    /** A connection on its way to an address. */
    private record Connecting(InetSocketAddress address, Channel channel, long begunAt) {}

    private final Dialler dialler;
    private final Destination destination;
    private final Optional<InetAddress> seenAs;
    private final Connector.Clearance clearance;
    private final EventLoop loop;
    private final Caller caller;

    private Phase phase = Phase.LOOKUP;
    private List<InetSocketAddress> addresses = List.of();
    private int tried;

    /** Under way, the oldest first. Whatever is not in here is closed, or the winner. */
    private final Queue<Connecting> underWay = new ArrayDeque<>(2);

    private Resolver.@Nullable Wait lookup;
    private @Nullable Future<?> deadline;
    private @Nullable Future<?> nextIsDue;
    private @Nullable DialFailure mostTelling;
    private int failures;
    private boolean over;

    Dial(
            Dialler dialler,
            Destination destination,
            Optional<InetAddress> seenAs,
            Connector.Clearance clearance,
            EventLoop loop,
            Caller caller) {
        this.dialler = dialler;
        this.destination = destination;
        this.seenAs = seenAs;
        this.clearance = clearance;
        this.loop = loop;
        this.caller = caller;
    }

    void begin() {
        deadline = schedule(this::expired, dialler.timeout());
        switch (destination) {
            case Destination.Address(var address, int port) ->
                    dial(List.of(new InetSocketAddress(address, port)));
            case Destination.Name name -> lookUp(name);
        }
    }

    private void lookUp(Destination.Name name) {
        caller.entered(Phase.LOOKUP);
        lookup =
                dialler.resolver()
                        .lookUp(
                                name.name(),
                                loop,
                                answer -> {
                                    if (!over) {
                                        lookedUp(name, answer);
                                    }
                                });
    }

    private void lookedUp(Destination.Name name, Answer answer) {
        switch (answer) {
            case Answer.Found(var found, var _) -> dial(inOrder(name, found));
            case Answer.NotFound() -> lookupFailed(Refusal.NAME_NOT_FOUND, "no address for ");
            case Answer.Failed(var why) -> lookupFailed(why);
        }
    }

    private void lookupFailed(Answer.Why why) {
        switch (why) {
            case SERVERS_FAILED ->
                    lookupFailed(
                            Refusal.NAME_LOOKUP_FAILED, "the name servers failed to answer for ");
            case SERVERS_SILENT ->
                    lookupFailed(Refusal.NAME_LOOKUP_TIMED_OUT, "no answer in time for ");
            case OUT_OF_DESCRIPTORS ->
                    lookupFailed(Refusal.OUT_OF_DESCRIPTORS, "no file descriptor left to look up ");
        }
    }

    private void lookupFailed(Refusal refusal, String reason) {
        fail(Refused.of(refusal, reason + host()).in(Phase.LOOKUP));
    }

    private List<InetSocketAddress> inOrder(Destination.Name name, List<InetAddress> found) {
        List<InetSocketAddress> addresses =
                found.stream().map(address -> new InetSocketAddress(address, name.port())).toList();
        return addresses.size() == 1
                ? addresses
                : Interleaving.of(addresses, dialler.families().first(name.name()), MOST_TRIED);
    }

    private void dial(List<InetSocketAddress> inOrder) {
        phase = Phase.CONNECT;
        caller.entered(Phase.CONNECT);
        addresses = inOrder;
        dialNext();
    }

    /** Dials one more address, or as many as it takes until one does not fail at once. */
    private void dialNext() {
        cancel(nextIsDue);
        boolean failed = true;
        while (failed && tried < addresses.size()) {
            failed = !begins(addresses.get(tried++));
        }
        if (over) {
            return;
        }
        if (underWay.isEmpty()) {
            failed();
        } else if (tried < addresses.size()) {
            nextIsDue = schedule(this::dialNext, NEXT_AFTER);
        }
    }

    /** Dials an address; false when that failed at once. */
    private boolean begins(InetSocketAddress address) {
        if (dialler.own().wouldAccept(address)) {
            note(DialFailure.loop(address));
            return false;
        }
        Optional<Refused> refusal = clearance.refusal(address.getAddress());
        if (refusal.isPresent()) {
            note(DialFailure.forbidden(refusal.get()));
            return false;
        }
        ChannelFuture connect;
        try {
            connect = connect(address);
        } catch (ChannelException e) {
            failedAtOnce(address, ConnectError.of(e));
            return false;
        }
        if (connect.isDone() && !connect.isSuccess()) {
            connect.channel().close();
            failedAtOnce(address, ConnectError.of(connect, address));
            return false;
        }
        if (dialler.own().hasAccepted(address, connect.channel().localAddress())) {
            connect.channel().close();
            note(DialFailure.loop(address));
            return false;
        }
        Connecting connecting = new Connecting(address, connect.channel(), System.nanoTime());
        underWay.add(connecting);
        connect.addListener((ChannelFuture done) -> ended(connecting, done));
        if (underWay.size() > MOST_AT_ONCE) {
            Connecting oldest = underWay.remove();
            long waited = System.nanoTime() - oldest.begunAt();
            giveUp(oldest, "no answer within " + Refused.written(Duration.ofNanos(waited)));
        }
        return true;
    }

    private ChannelFuture connect(InetSocketAddress address) {
        return seenAs.isPresent()
                ? dialler.transport().connectAs(seenAs.get(), loop, address)
                : dialler.transport().connect(loop, address);
    }

    private void failedAtOnce(InetSocketAddress address, ConnectError error) {
        note(DialFailure.of(address, error).saidHere());
        boolean noRoute =
                error.errno().equals(Optional.of(Errno.ENETUNREACH))
                        || error.errno().equals(Optional.of(Errno.EAFNOSUPPORT));
        if (noRoute && Family.of(address) == Family.IPV6 && addresses.size() > 1) {
            dialler.families().noIpv6Route();
        }
    }

    private void ended(Connecting one, ChannelFuture connect) {
        if (!underWay.remove(one)) {
            // We closed it ourselves.
            return;
        }
        if (connect.isSuccess()) {
            connected(one);
            return;
        }
        one.channel().close();
        note(DialFailure.of(one.address(), ConnectError.of(connect, one.address())));
        dialNext();
    }

    private void connected(Connecting winner) {
        Family family = Family.of(winner.address());
        if (destination instanceof Destination.Name name
                && family != Family.of(addresses.getFirst())) {
            dialler.families().won(name.name(), family);
        }
        cancel();
        caller.connected(winner.channel());
    }

    private void expired() {
        String within = " within the dial timeout of " + Refused.written(dialler.timeout());
        if (phase == Phase.LOOKUP) {
            fail(Refused.of(Refusal.NAME_LOOKUP_TIMED_OUT, "no answer for " + host() + within));
            return;
        }
        while (!underWay.isEmpty()) {
            giveUp(underWay.remove(), "no answer" + within);
        }
        failed();
    }

    private void giveUp(Connecting silent, String why) {
        silent.channel().close();
        note(DialFailure.silence(silent.address(), why));
    }

    private void note(DialFailure failure) {
        failures++;
        if (mostTelling == null || failure.tellsMoreThan(mostTelling)) {
            mostTelling = failure;
        }
    }

    /** Every address has failed. */
    private void failed() {
        fail(
                mostTelling == null
                        ? Refused.of(Refusal.NAME_NOT_FOUND, "no address for " + host())
                        : mostTelling.refused(failures - 1));
    }

    private void fail(Refused refused) {
        cancel();
        caller.failed(refused);
    }

    @Override
    public void cancel() {
        over = true;
        cancel(deadline);
        cancel(nextIsDue);
        if (lookup != null) {
            lookup.leave();
        }
        while (!underWay.isEmpty()) {
            underWay.remove().channel().close();
        }
    }

    @Override
    public Phase phase() {
        return phase;
    }

    private Future<?> schedule(Runnable step, Duration delay) {
        return loop.schedule(step, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void cancel(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private String host() {
        return switch (destination) {
            case Destination.Address(var address, int _) -> IpLiteral.withoutPort(address);
            case Destination.Name(String name, int _) -> name;
        };
    }
}
