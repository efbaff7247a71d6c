package conduit.tunnel;

import conduit.address.Destination;
import conduit.config.Inbound;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the journal is going to say of one tunnel or exchange: opened with its request, closed once
 * with its end. Lives on the client's event loop, and outlives the client's channel.
 */
public final class Account {

    private final Journal journal;
    private final InetSocketAddress client;
    private final Optional<String> user;
    private final Inbound inbound;
    private final Destination destination;
    private final long begunAt;
    private @Nullable InetSocketAddress remote;
    private Optional<String> decidedBy = Optional.empty();
    private @Nullable String wouldDeny;
    private int retries;
    private boolean closed;

    /**
     * An open account.
     *
     * @param user who the client has proved to be, if anybody
     * @param begunAt when its negotiation began, as {@link System#nanoTime} tells
     */
    public Account(
            Journal journal,
            InetSocketAddress client,
            Optional<String> user,
            Inbound inbound,
            Destination destination,
            long begunAt) {
        this.journal = journal;
        this.client = client;
        this.user = user;
        this.inbound = inbound;
        this.destination = destination;
        this.begunAt = begunAt;
    }

    /** Who it is about. */
    InetSocketAddress client() {
        return client;
    }

    /** Where the rule is written that has decided, if one has; what was said last counts. */
    void decidedBy(Optional<String> rule) {
        decidedBy = rule;
    }

    /** Where a rule is written that would deny, were it not for a rehearsal; the first counts. */
    void wouldDeny(String rule) {
        if (wouldDeny == null) {
            wouldDeny = rule;
        }
    }

    /** Who the client has proved to be, if anybody. */
    public Optional<String> user() {
        return user;
    }

    /** The remote is connected. */
    public void reached(InetSocketAddress address) {
        remote = address;
    }

    /** The remote was dead, and another one is to come. */
    public void lost() {
        remote = null;
        retries++;
    }

    /** Writes the entry; what comes after the first end is not an end any more. */
    public void close(Ending ending, long bytesUp, long bytesDown) {
        if (closed) {
            return;
        }
        closed = true;
        journal.write(
                new Journal.Entry(
                        client,
                        user,
                        inbound,
                        Optional.of(destination),
                        Optional.ofNullable(remote),
                        decidedBy,
                        Optional.ofNullable(wouldDeny),
                        ending,
                        bytesUp,
                        bytesDown,
                        retries,
                        Duration.ofNanos(System.nanoTime() - begunAt)));
    }
}
