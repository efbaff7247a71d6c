package conduit.tunnel;

import conduit.config.Inbound;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time from accepting a client until its request has been read. It has one absolute deadline,
 * which a byte a second does not extend, and writes the journal when the client never gets as far
 * as a tunnel or an exchange. Lives on the client's event loop.
 */
public final class Negotiation {

    private final InetSocketAddress client;
    private final Inbound inbound;
    private final Journal journal;
    private final Channel channel;
    private final long begunAt = System.nanoTime();
    private Optional<String> user = Optional.empty();
    private Optional<Headline> headline = Optional.empty();
    private @Nullable Future<?> deadline;
    private boolean over;

    /** A negotiation that begins now. */
    public Negotiation(Channel channel, Inbound inbound, Journal journal) {
        this.channel = channel;
        this.client = (InetSocketAddress) channel.remoteAddress();
        this.inbound = inbound;
        this.journal = journal;
    }

    /** Sets the deadline, {@code timeout} from now, in place of an earlier one. */
    public void within(Duration timeout, Runnable expired) {
        clearDeadline();
        deadline = channel.eventLoop().schedule(expired, timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** When it began, as {@link System#nanoTime} tells: at accept, or with a later request. */
    public long begunAt() {
        return begunAt;
    }

    /** The head of an HTTP request has been read. */
    public void asked(Headline head) {
        headline = Optional.of(head);
    }

    /** What is remembered of that head, if there was one. */
    public Optional<Headline> headline() {
        return headline;
    }

    /** The client has proved who it is. */
    public void proved(String name) {
        user = Optional.of(name);
    }

    /** Whether it bounds the time. */
    public boolean hasDeadline() {
        return deadline != null;
    }

    /** A request has been read: whoever carries it out writes the journal. */
    public void succeeded() {
        over = true;
        clearDeadline();
    }

    /** The client was turned away without a request that could be carried out. */
    public void refused(Refused refused) {
        end(new Ending.TurnedAway(refused));
    }

    /** The client went away. */
    public void clientLeft() {
        end(new Ending.Ended(Outcome.CLIENT_LEFT, Party.CLIENT, Phase.NEGOTIATION));
    }

    /** The connection was closed underneath: conduit stops. */
    public void stopped() {
        end(new Ending.Ended(Outcome.STOPPED, Party.US, Phase.NEGOTIATION));
    }

    /** A defect of our own. */
    public void failed() {
        end(new Ending.Ended(Outcome.FAILED, Party.US, Phase.NEGOTIATION));
    }

    private void end(Ending ending) {
        if (over) {
            return;
        }
        succeeded();
        journal.write(
                new Journal.Entry(
                        Instant.now(),
                        new Id(Id.next()),
                        client,
                        user,
                        inbound,
                        headline,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        ending,
                        0,
                        0,
                        0,
                        Times.of(System.nanoTime() - begunAt)));
    }

    private void clearDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
