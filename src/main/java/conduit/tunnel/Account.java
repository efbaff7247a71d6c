package conduit.tunnel;

import conduit.address.Destination;
import conduit.config.Inbound;
import conduit.config.Upstream;
import conduit.relay.Side;
import conduit.tunnel.Census.State;
import conduit.tunnel.OpenAccounts.Sockets;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the journal is going to say of one tunnel or exchange: opened with its request, closed once
 * with its end, and meanwhile asked how it is getting on. Lives on the client's event loop, and
 * outlives the client's channel.
 */
public final class Account extends Link {

    /** An interactive session that waits for its user is idle, a poll each half minute is not. */
    private static final Duration IDLE = Duration.ofMinutes(1);

    /** Of its {@link Id}, which is made when somebody asks: thousands of tunnels wait here. */
    private final long number = Id.next();

    private final Journal journal;
    private final InetSocketAddress client;
    private final Optional<String> user;
    private final Inbound inbound;
    private final @Nullable Headline headline;
    private final Destination destination;
    private final Course course;
    private @Nullable Upstream upstream;
    private @Nullable InetSocketAddress remote;
    private Optional<String> decidedBy = Optional.empty();
    private @Nullable String wouldDeny;
    private int retries;
    private boolean closed;
    private @Nullable Progress progress;
    private @Nullable Traffic traffic;

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
        this.headline = headline.orElse(null);
        this.destination = destination;
        this.course = new Course(begunAt);
        journal.opened(this);
    }

    /** What it is called. */
    public Id id() {
        return new Id(number);
    }

    /** Somebody carries it out from here on, instead of whoever did before. */
    public void carriedOutBy(Progress next) {
        progress = next;
        if (traffic != null) {
            traffic.beginAnew();
        }
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
        progress = null;
        journal.closed(
                this,
                new Journal.Entry(
                        Instant.now(),
                        id(),
                        client,
                        user,
                        inbound,
                        Optional.ofNullable(headline),
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

    Inbound inbound() {
        return inbound;
    }

    State state() {
        if (phase().compareTo(Phase.RESPONSE) < 0) {
            return State.CONNECTING;
        }
        return System.nanoTime() - traffic().movedAt() < IDLE.toNanos() ? State.ACTIVE : State.IDLE;
    }

    private Phase phase() {
        return progress == null ? Phase.NEGOTIATION : progress.phase();
    }

    private Traffic traffic() {
        if (traffic == null) {
            traffic = new Traffic(course.begunAt());
        }
        return traffic;
    }

    /** Adds what has crossed since this was last asked. */
    void count(Census crossed) {
        if (progress != null) {
            traffic().count(progress.bytesUp(), progress.bytesDown(), inbound, crossed);
        }
    }

    /** The same for the last time, when it is known how much has crossed in all. */
    void countLast(Census crossed, long bytesUp, long bytesDown) {
        if (traffic == null) {
            crossed.crossed(inbound, bytesUp, bytesDown);
        } else {
            traffic.count(bytesUp, bytesDown, inbound, crossed);
        }
    }

    /** What is to be seen of it right after it was counted. */
    Statement statement(int loop) {
        Traffic seen = traffic();
        long age = seen.countedAt() - course.begunAt();
        return new Statement(
                this,
                loop,
                id(),
                client,
                user,
                inbound,
                destination,
                Optional.ofNullable(remote),
                decidedBy,
                phase(),
                age,
                seen.countedAt() - seen.movedAt(),
                seen.up().counted(),
                seen.down().counted(),
                seen.up().rate(age),
                seen.down().rate(age));
    }

    /** What the kernel knows of its connections. */
    Sockets sockets() {
        return progress == null
                ? Sockets.UNKNOWN
                : new Sockets(progress.socket(Side.CLIENT), progress.socket(Side.REMOTE));
    }

    /** Ends it, as our doing, unless it has ended. */
    void end(Outcome outcome) {
        if (progress != null) {
            progress.end(outcome);
        }
    }
}
