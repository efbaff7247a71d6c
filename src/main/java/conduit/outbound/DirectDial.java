package conduit.outbound;

import conduit.address.Destination;
import conduit.address.IpLiteral;
import conduit.transport.Transport;
import conduit.tunnel.Connector;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to reach a destination: look up, then dial address after address until one connects,
 * all before one deadline; each address gets an equal share of what is left, so that a silent first
 * one does not use it up. The first failure is the one reported. Lives on the caller's event loop.
 */
final class DirectDial implements Connector.Attempt {

    private final Transport transport;
    private final EventLoop loop;
    private final Names names;
    private final Destination destination;
    private final Connector.Caller caller;
    private final Duration timeout;
    private final long deadline;

    private final Queue<InetSocketAddress> untried = new ArrayDeque<>();
    private @Nullable Refused firstFailure;
    private @Nullable Channel dialled;
    private boolean over;

    DirectDial(
            Transport transport,
            EventLoop loop,
            Names names,
            Duration timeout,
            Destination destination,
            Connector.Caller caller) {
        this.transport = transport;
        this.loop = loop;
        this.names = names;
        this.destination = destination;
        this.caller = caller;
        this.timeout = timeout;
        this.deadline = System.nanoTime() + timeout.toNanos();
    }

    void start() {
        switch (destination) {
            case Destination.Address(var address, int port) -> {
                untried.add(new InetSocketAddress(address, port));
                tryNext();
            }
            case Destination.Name name -> lookUp(name);
        }
    }

    private void lookUp(Destination.Name name) {
        Future<List<InetSocketAddress>> answer = names.lookUp(name, loop);
        var timer =
                loop.schedule(() -> lookupTimedOut(name), timeout.toNanos(), TimeUnit.NANOSECONDS);
        answer.addListener((Future<List<InetSocketAddress>> done) -> {
            timer.cancel(false);
            if (!over) {
                lookedUp(name, done);
            }
        });
    }

    private void lookupTimedOut(Destination.Name name) {
        if (!over) {
            String detail = "no answer for " + name.name() + " within " + text(timeout);
            finish(Refused.of(Refusal.NAME_LOOKUP_TIMED_OUT, detail));
        }
    }

    private void lookedUp(Destination.Name name, Future<List<InetSocketAddress>> answer) {
        if (answer.isSuccess()) {
            untried.addAll(answer.getNow());
            tryNext();
            return;
        }
        Refusal refusal = Names.refusal(answer.cause());
        String reason =
                switch (refusal) {
                    case NAME_NOT_FOUND -> "no address for ";
                    case NAME_LOOKUP_TIMED_OUT -> "no answer in time for ";
                    case OUT_OF_DESCRIPTORS -> "no file descriptor left to look up ";
                    default -> "the name servers failed to answer for ";
                };
        finish(Refused.of(refusal, reason + name.name()));
    }

    private void tryNext() {
        InetSocketAddress address = untried.peek();
        Duration left = Duration.ofNanos(deadline - System.nanoTime());
        if (address == null || !left.isPositive()) {
            Refused failure = firstFailure;
            finish(failure != null ? failure : timedOut(destination.toString()));
            return;
        }
        Duration share = left.dividedBy(untried.size());
        untried.remove();
        Channel channel;
        try {
            channel = transport.open(loop, address);
        } catch (ChannelException e) {
            failed(address, e);
            return;
        }
        channel.config().setConnectTimeoutMillis(atLeastOneMilli(share));
        dialled = channel;
        channel.connect(address).addListener((ChannelFuture done) -> dialled(address, done));
    }

    private void dialled(InetSocketAddress address, ChannelFuture connect) {
        if (over) {
            connect.channel().close();
            return;
        }
        if (connect.isSuccess()) {
            over = true;
            caller.connected(
                    new Connector.Remote(connect.channel(), new Connector.NextHop.Origin()));
            return;
        }
        failed(address, connect.cause());
    }

    private void failed(InetSocketAddress address, Throwable cause) {
        if (firstFailure == null) {
            firstFailure = DialFailure.of(IpLiteral.withPort(address), cause);
        }
        tryNext();
    }

    @Override
    public void cancel() {
        if (over) {
            return;
        }
        over = true;
        // A lookup under way ends by itself, bounded by the resolver's own timeouts, and nobody
        // hears of it; to cancel it would make Netty log a stack trace when its answer comes.
        if (dialled != null) {
            dialled.close();
        }
    }

    @Override
    public Phase phase() {
        return dialled == null ? Phase.LOOKUP : Phase.CONNECT;
    }

    private void finish(Refused refused) {
        cancel();
        caller.failed(refused);
    }

    private Refused timedOut(String what) {
        return Refused.of(
                Refusal.CONNECT_TIMED_OUT, "no connection to " + what + " within " + text(timeout));
    }

    private static int atLeastOneMilli(Duration share) {
        return Math.clamp(share.toMillis(), 1, Integer.MAX_VALUE);
    }

    private static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0
                ? duration.toSeconds() + " s"
                : duration.toMillis() + " ms";
    }
}
