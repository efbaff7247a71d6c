package conduit;

import conduit.Assembly.Assembled;
import conduit.config.Configuration;
import conduit.config.ConnectionLimits;
import conduit.config.Listener;
import conduit.inbound.BindException;
import conduit.inbound.Listeners;
import conduit.inbound.Terms;
import conduit.inbound.http.HttpClients;
import conduit.limits.Seats;
import conduit.observe.CannotLogException;
import conduit.observe.Logs;
import conduit.outbound.OwnListeners;
import conduit.outbound.dns.Resolver;
import conduit.outbound.pool.PoolCounts;
import conduit.outbound.pool.PoolingConnector;
import conduit.transport.CannotDialException;
import conduit.transport.Transport;
import conduit.tunnel.Journal;
import conduit.tunnel.Review;
import conduit.users.Authenticator;
import conduit.users.Users;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The parts of a conduit that runs, and how they give way to others. What is served comes from one
 * field, which is read for each connection and each request, and written once for each change.
 */
final class Running implements AutoCloseable {

    private final Transport transport;
    private final Assembly assembly;
    private final OwnListeners own = new OwnListeners();
    private final Seats seats;
    private final int mostByBudget;
    private final Logs logs;
    private final Listeners listeners;

    /** Kept also while there are no users: what it knows of wrong passwords outlives them. */
    private Optional<Authenticator> authenticator;

    /** Those that are bound, and where nobody is accepted yet. */
    private Optional<Listeners.Change> toOpen = Optional.empty();

    private volatile Assembled current;

    /**
     * Nothing is bound yet.
     *
     * @param logs what the configuration says of them is in effect
     * @param mostByBudget how many connections there may be where nothing else is said
     */
    Running(
            Configuration configuration,
            Optional<Users> users,
            Transport transport,
            Journal journal,
            Logs logs,
            int mostByBudget) {
        this.transport = transport;
        this.logs = logs;
        this.mostByBudget = mostByBudget;
        assembly = new Assembly(transport, journal);
        current = assembly.begin(configuration, users, own);
        authenticator = current.terms().authenticator();
        ConnectionLimits limits = configuration.limits().connections();
        seats = new Seats(limits, most(limits));
        listeners =
                new Listeners(
                        transport,
                        this::terms,
                        journal,
                        seats,
                        () -> transport.onEachLoop(() -> current.pool().makeWay()));
    }

    private int most(ConnectionLimits limits) {
        return limits.inAll().orElse(mostByBudget);
    }

    /** On what terms clients are served at the moment. From any thread. */
    Terms terms() {
        return current.terms();
    }

    /** The configuration in effect. From any thread. */
    Configuration configuration() {
        return current.configuration();
    }

    Seats seats() {
        return seats;
    }

    /** The same one as long as it runs. */
    Resolver resolver() {
        return current.resolver();
    }

    PoolCounts poolCounts() {
        return assembly.poolCounts();
    }

    /** An address of conduit's own besides the listeners, at which clients have no business. */
    void doNotDial(InetSocketAddress address) {
        own.add(address);
    }

    /**
     * Binds the listeners, where nobody is accepted yet.
     *
     * @return them, with their real ports
     * @throws BindException when one cannot be had
     */
    synchronized List<Listener> bind() throws BindException {
        Listeners.Change change = listeners.prepare(configuration().listeners());
        List<Listener> added = change.added();
        added.forEach(listener -> own.add(listener.address()));
        toOpen = Optional.of(change);
        return added;
    }

    /** Accepts on what is bound. What is not to be dialled has been said by now. */
    synchronized void accept() {
        toOpen.ifPresent(change -> change.carryOut(_ -> {}));
        toOpen = Optional.empty();
    }

    /** The listeners of the moment, with their real ports. */
    synchronized List<Listener> bound() {
        return listeners.bound();
    }

    /** What a change has come to. */
    record Changed(Difference difference, List<Listener> added, List<Listener> removed) {}

    /**
     * Goes over to another configuration, as far as that is possible without a restart. What can
     * fail comes first, and then nothing has changed.
     *
     * @throws BindException when a listener cannot be had
     * @throws CannotDialException when connections cannot be dialled as asked for
     * @throws CannotLogException when the access log cannot be written where it is wanted
     */
    synchronized Changed change(Configuration asked, Optional<Users> users)
            throws BindException, CannotDialException, CannotLogException {
        Assembled before = current;
        Configuration wanted = asked.startedAs(before.configuration());
        if (!wanted.dialling().equals(before.configuration().dialling())) {
            transport.tryDialling(wanted.dialling());
        }
        Assembled next = assembly.next(before, wanted, users, authenticator);
        Listeners.Change change;
        try {
            change = listeners.prepare(wanted.listeners());
        } catch (BindException e) {
            giveUp(next);
            throw e;
        }
        try {
            logs.change(wanted.logging());
        } catch (CannotLogException e) {
            change.giveUp();
            giveUp(next);
            throw e;
        }
        // From here on nothing fails.
        List<Listener> removed = change.removed();
        change.added().forEach(listener -> own.add(listener.address()));
        takeOver(before, next);
        change.carryOut(listener -> own.remove(listener.address()));
        return new Changed(Difference.of(before, next, asked, change), change.added(), removed);
    }

    /** An authenticator that was made for it has threads. */
    private void giveUp(Assembled next) {
        if (!next.terms().authenticator().equals(authenticator)) {
            next.terms().authenticator().ifPresent(Authenticator::close);
        }
    }

    /** What the configuration in effect says to what began before it; empty when it has no say. */
    Optional<Review> review() {
        Assembled now = current;
        return switch (now.configuration().underWay()) {
            case GOES_ON -> Optional.empty();
            case IS_JUDGED_AGAIN ->
                    Optional.of(
                            new Review(
                                    now.terms().ways().admissions(),
                                    now.users().map(users -> users::has)));
        };
    }

    /** What outlives a configuration is changed in place, and the rest at once. */
    private void takeOver(Assembled before, Assembled next) {
        Configuration wanted = next.configuration();
        before.resolver().change(wanted.resolving(), wanted.timeouts().dial());
        ConnectionLimits limits = wanted.limits().connections();
        seats.change(limits, most(limits));
        next.pool().keep(wanted.reuse());
        if (next.users().isPresent()) {
            authenticator = next.terms().authenticator();
            authenticator.ifPresent(one -> {
                one.know(next.users().get());
                one.tellClientsBy(limits::client);
            });
        }
        current = next;
        if (!next.pool().sharesWith(before.pool())) {
            PoolingConnector left = before.pool();
            left.giveUpReuse();
            transport.onEachLoop(left::closeIdle);
        }
    }

    /**
     * Accepts nobody any more but those who wait in the queues of the listeners, and lets HTTP
     * connections go: idle ones now, the others behind their answer.
     *
     * @return done when the listeners are closed
     */
    synchronized CompletableFuture<Void> stopAccepting() throws InterruptedException {
        current = current.closing();
        transport.onEachLoop(HttpClients::leaveIdle);
        return listeners.leave();
    }

    /** Stops to accept; connections go on. */
    @Override
    public synchronized void close() {
        toOpen.ifPresent(Listeners.Change::giveUp);
        listeners.close();
        authenticator.ifPresent(Authenticator::close);
    }
}
