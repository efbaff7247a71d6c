package conduit;

import conduit.config.Configuration;
import conduit.config.ConnectionLimits;
import conduit.config.Listener;
import conduit.inbound.BindException;
import conduit.inbound.Listeners;
import conduit.limits.Budget;
import conduit.limits.Seats;
import conduit.observe.AccessLog;
import conduit.observe.CannotLogException;
import conduit.observe.Logs;
import conduit.outbound.OwnListeners;
import conduit.outbound.pool.PoolingConnector;
import conduit.transport.CannotDialException;
import conduit.transport.Transport;
import conduit.tunnel.PacingByRates;
import conduit.tunnel.Tunnel;
import conduit.tunnel.Via;
import conduit.users.Authenticator;
import conduit.users.UnusableUsersException;
import conduit.users.Users;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running conduit: binds, waits until it is told to stop, and stops. */
final class Service {

    private static final Logger LOG = LoggerFactory.getLogger(Conduit.class);

    private Service() {}

    /**
     * Runs until SIGTERM or SIGINT.
     *
     * @throws BindException when a listener's address cannot be had
     * @throws CannotLogException when the access log cannot be written where it is wanted
     * @throws UnusableUsersException when the file of users cannot be used
     * @throws CannotDialException when the options of the outgoing sockets cannot be set
     */
    static void run(Configuration configuration)
            throws BindException,
                    CannotDialException,
                    CannotLogException,
                    UnusableUsersException,
                    InterruptedException {
        CountDownLatch told = Signals.stop();
        try (Logs logs = Logs.open(configuration.logging())) {
            Signals.reopen(logs::reopen);
            run(configuration, Assembly.users(configuration), logs.accessLog(), told);
        }
    }

    private static void run(
            Configuration configuration,
            Optional<Users> users,
            AccessLog accessLog,
            CountDownLatch told)
            throws BindException, CannotDialException, InterruptedException {
        Preload.ownClasses();
        Optional<Authenticator> authenticator =
                users.map(known ->
                        new Authenticator(known, configuration.limits().connections()::client));
        try (Transport transport = Assembly.transport(configuration)) {
            transport.tryDialling();
            serve(configuration, transport, authenticator, accessLog, told);
        }
        authenticator.ifPresent(Authenticator::close);
    }

    private static void serve(
            Configuration configuration,
            Transport transport,
            Optional<Authenticator> authenticator,
            AccessLog accessLog,
            CountDownLatch told)
            throws BindException, InterruptedException {
        OwnListeners own = new OwnListeners();
        ConnectionLimits limits = configuration.limits().connections();
        // Now that the event loops have their descriptors.
        Budget budget = Budget.ofThisProcess(configuration.listeners().size(), limits.inAll());
        Seats seats = new Seats(limits, limits.inAll().orElse(budget.connections()));
        try (Listeners listeners =
                listeners(configuration, transport, own, authenticator, accessLog, seats)) {
            List<Listener> bound = new ArrayList<>();
            for (Listener wanted : configuration.listeners()) {
                bound.add(listeners.bind(wanted));
                own.add(bound.getLast().address());
            }
            Supervision supervision = new Supervision(transport, seats, bound);
            ScheduledFuture<?> telling =
                    transport
                            .nextLoop()
                            .scheduleAtFixedRate(accessLog::tellOfRepeats, 1, 1, TimeUnit.MINUTES);
            LOG.info("ready: {} event loops on {}", transport.loops(), transport.name());
            LOG.info("budget: {}", budget.line());
            if (seats.most() > budget.connections()) {
                LOG.warn("--max-connections is more than this process can hold: see \"budget\"");
            }
            bound.forEach(listener -> LOG.info("listening: {}", listener));
            told.await();
            supervision.stopping();
            telling.cancel(false);
            accessLog.tellOfRepeats();
            LOG.info("stopping");
        }
    }

    private static Listeners listeners(
            Configuration configuration,
            Transport transport,
            OwnListeners own,
            Optional<Authenticator> authenticator,
            AccessLog accessLog,
            Seats seats) {
        PoolingConnector connector = Assembly.connector(configuration, transport, own);
        Tunnel.Ways ways =
                new Tunnel.Ways(
                        Assembly.admissions(configuration),
                        configuration.upstream(),
                        connector,
                        Assembly.relay(configuration, transport),
                        PacingByRates.of(configuration.limits()),
                        accessLog,
                        Via.of(configuration.pseudonym()));
        return new Listeners(
                transport,
                ways,
                authenticator,
                configuration.timeouts(),
                configuration.httpLimits(),
                configuration.dialling().transparent(),
                seats,
                () -> transport.onEachLoop(connector::makeWay));
    }
}
