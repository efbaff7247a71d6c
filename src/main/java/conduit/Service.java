package conduit;

import conduit.address.IpLiteral;
import conduit.address.Parsed;
import conduit.admin.CannotListenException;
import conduit.admin.Controls;
import conduit.config.Configuration;
import conduit.config.Draining;
import conduit.config.Listener;
import conduit.config.flags.Invocation;
import conduit.inbound.BindException;
import conduit.limits.Budget;
import conduit.observe.AccessLog;
import conduit.observe.CannotLogException;
import conduit.observe.Logs;
import conduit.transport.CannotDialException;
import conduit.transport.Transport;
import conduit.users.UnusableUsersException;
import conduit.users.Users;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running conduit: binds, waits until it is told to stop, and stops. Of the main thread.
 *
 * @param effective the configuration as {@code conduit check} prints it
 * @param file where the configuration stands; empty when there are flags alone
 * @param reading reads the configuration once more
 */
record Service(
        Configuration configuration,
        String effective,
        Optional<Path> file,
        Supplier<Invocation> reading) {

    private static final Logger LOG = LoggerFactory.getLogger(Conduit.class);

    /**
     * Runs until SIGTERM or SIGINT.
     *
     * @throws BindException when a listener's address cannot be had
     * @throws CannotListenException when that of the admin listener cannot be had
     * @throws CannotLogException when the access log cannot be written where it is wanted
     * @throws UnusableUsersException when the file of users cannot be used
     * @throws CannotDialException when the options of the outgoing sockets cannot be set
     */
    void run(Signals signals)
            throws BindException,
                    CannotListenException,
                    CannotDialException,
                    CannotLogException,
                    UnusableUsersException,
                    InterruptedException {
        try (Logs logs = Logs.open(configuration.logging())) {
            Drain drain = new Drain(logs.accessLog());
            signals.onStop(drain::signalled);
            signals.onReopen(logs::reopen);
            Preload.ownClasses();
            Optional<Users> users = Assembly.users(configuration);
            users.ifPresent(some -> LOG.info("users: {}", some.count()));
            try (Transport transport = Assembly.transport(configuration);
                    Operations operations =
                            new Operations(
                                    drain, transport, configuration.administration(), effective)) {
                transport.tryDialling();
                if (drain.isBegun()) {
                    LOG.info("stopped before anything was listened on");
                    return;
                }
                serve(users, transport, signals, drain, logs, operations);
            }
            drain.tellTheEnd();
        }
    }

    private void serve(
            Optional<Users> users,
            Transport transport,
            Signals signals,
            Drain drain,
            Logs logs,
            Operations operations)
            throws BindException, CannotListenException, InterruptedException {
        AccessLog accessLog = logs.accessLog();
        // Now that the event loops have their descriptors.
        Budget budget =
                Budget.ofThisProcess(
                        configuration.listeners().size(),
                        configuration.limits().connections().inAll());
        try (Running running =
                new Running(
                        configuration,
                        users,
                        transport,
                        operations.journal(),
                        logs,
                        budget.connections())) {
            ScheduledFuture<?> telling =
                    transport
                            .nextLoop()
                            .scheduleAtFixedRate(accessLog::tellOfRepeats, 1, 1, TimeUnit.MINUTES);
            Supervision supervision = new Supervision(transport, running.seats());
            Draining terms;
            try (Reloads reloads = new Reloads(reading, running, operations, supervision)) {
                // Everything is bound before anybody is accepted, so that whoever waits where
                // another address cannot be had goes on waiting for the next conduit.
                List<Listener> bound = running.bind();
                Optional<InetSocketAddress> admin =
                        operations.bind(running, logs::drops, controls(reloads, drain));
                // Otherwise every client could use what only this machine's users may.
                admin.ifPresent(running::doNotDial);
                running.accept();
                operations.ready();
                supervision.begin(bound);
                LOG.info("ready: {} event loops on {}", transport.loops(), transport.name());
                LOG.info("budget: {}", budget.line());
                if (running.seats().most() > budget.connections()) {
                    LOG.warn(
                            "--max-connections is more than this process can hold: see \"budget\"");
                }
                bound.forEach(listener -> LOG.info("listening: {}", listener));
                admin.ifPresent(at -> LOG.info("listening: admin {}", IpLiteral.withPort(at)));
                signals.onHangup(() -> hangup(reloads));
                Optional<ConfigWatch> watch = watch(reloads);
                if (watch.isPresent() && !isStill(reading.get())) {
                    file.ifPresent(path -> reloadChanged(path, reloads));
                }
                drain.awaitBegin();
                operations.notReady();
                // Those that systemd hears of, whatever a reload under way still changes.
                terms = running.configuration().draining();
                supervision.stopping(terms);
                watch.ifPresent(ConfigWatch::close);
            }
            drain.carryOut(terms, running, operations.journal());
            telling.cancel(false);
            accessLog.tellOfRepeats();
        }
    }

    /** What those who run it can have it do by the admin listener. */
    private static Controls controls(Reloads reloads, Drain drain) {
        return new Controls() {
            @Override
            public CompletionStage<Parsed<String>> reload() {
                return reloads.reload()
                        .thenApply(result ->
                                switch (result) {
                                    case Reloads.Result.Done(var difference) ->
                                            Parsed.valid(difference.line());
                                    case Reloads.Result.Failed(String why) -> Parsed.invalid(why);
                                });
            }

            @Override
            public void drain() {
                drain.begin();
            }
        };
    }

    private void hangup(Reloads reloads) {
        if (reloads.isClosed()) {
            LOG.info("SIGHUP: nothing is reloaded any more, since conduit stops");
            return;
        }
        LOG.info(
                "SIGHUP: reloading{}",
                file.isPresent()
                        ? ""
                        : "; there is no --config, so only the files that flags name are read again");
        reloads.reload();
    }

    private Optional<ConfigWatch> watch(Reloads reloads) {
        return switch (configuration.watching()) {
            case FILE ->
                    file.map(path -> new ConfigWatch(path, () -> reloadChanged(path, reloads)));
            case NOTHING -> Optional.empty();
        };
    }

    /** Whether nothing has changed since it was read first: nobody watched until now. */
    private boolean isStill(Invocation now) {
        return now instanceof Invocation.Run(var _, String text, var _) && text.equals(effective);
    }

    private static void reloadChanged(Path file, Reloads reloads) {
        LOG.info("{} has changed: reloading", file);
        reloads.reload().join();
    }
}
