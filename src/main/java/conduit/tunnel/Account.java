package conduit.tunnel;

import conduit.address.Destination;
import conduit.config.Inbound;
import conduit.config.Upstream;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the journal is going to say of one tunnel or exchange: opened with its request, closed once
 * with its end. Lives on the client's event loop, and outlives the client's channel.
 */
public final class Account {

    private final Id id = Id.next();
    private final Journal journal;
    private final InetSocketAddress client;
    private final Optional<String> user;
    private final Inbound inbound;
    private final Optional<Headline> headline;
    private final Destination destination;
    private final Course course;
    private @Nullable Upstream upstream;
    private @Nullable InetSocketAddress remote;
    private Optional<String> decidedBy = Optional.empty();
    private @Nullable String wouldDeny;
    private int retries;
    private boolean closed;

    /**
     * An open account.
     *
     * @param user who the client has proved to be, if anybody
     * @param headline of its request, if that was one of HTTP
     * @param begunAt when its negotiation began, as {@link System#nanoTime} tells
     */
    public Account(
            Journal journal,
            InetSocketAddress client,
            Optional<String> user,
            Inbound inbound,
            Optional<Headline> headline,
            Destination destination,
            long begunAt) {
        this.journal = journal;
        this.client = client;
        this.user = user;
        this.inbound = inbound;
        this.headline = headline;
        this.destination = destination;
        this.course = new Course(begunAt);
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

    /** It sets out by this way. */
    public void sentBy(Upstream way) {
        upstream = way;
    }

    /** Reaching the remote has come to this phase. */
    public void entered(Phase phase) {
        course.entered(phase);
    }

    /** The remote is connected. */
    public void reached(InetSocketAddress address) {
        remote = address;
        course.reached();
    }

    /** The remote was dead, and another one is to come. */
    public void lost() {
        remote = null;
        retries++;
        course.lost();
    }

    /** The remote was first heard at this time, as {@link System#nanoTime} tells. */
    public void heard(long at) {
        course.heard(at);
    }

    /** Writes the entry; what comes after the first end is not an end any more. */
    public void close(Ending ending, long bytesUp, long bytesDown) {
        if (closed) {
            return;
        }
        closed = true;
        journal.write(
                new Journal.Entry(
                        Instant.now(),
                        id,
                        client,
                        user,
                        inbound,
                        headline,
                        Optional.of(destination),
                        Optional.ofNullable(upstream),
                        Optional.ofNullable(remote),
                        decidedBy,
                        Optional.ofNullable(wouldDeny),
                        ending,
                        bytesUp,
                        bytesDown,
                        retries,
                        course.end()));
    }
}
