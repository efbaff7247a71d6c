package conduit;

import conduit.address.IpLiteral;
import conduit.address.Parsed;
import conduit.admin.CannotListenException;
import conduit.admin.Controls;
import conduit.config.Configuration;
import conduit.config.Listener;
import conduit.config.Watching;
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

/** A running conduit: binds, waits until it is told to stop, and stops. */
final class Service {

    private static final Logger LOG = LoggerFactory.getLogger(Conduit.class);

    private Service() {}

    /**
     * Runs until SIGTERM or SIGINT.
     *
     * @param effective the configuration as {@code conduit check} prints it
     * @param file where the configuration stands; empty when there are flags alone
     * @param reading reads the configuration once more
     * @throws BindException when a listener's address cannot be had
     * @throws CannotListenException when that of the admin listener cannot be had
     * @throws CannotLogException when the access log cannot be written where it is wanted
     * @throws UnusableUsersException when the file of users cannot be used
     * @throws CannotDialException when the options of the outgoing sockets cannot be set
     */
    static void run(
            Configuration configuration,
            String effective,
            Optional<Path> file,
            Supplier<Invocation> reading)
            throws BindException,
                    CannotListenException,
                    CannotDialException,
                    CannotLogException,
                    UnusableUsersException,
                    InterruptedException {
        try (Logs logs = Logs.open(configuration.logging())) {
            Drain drain = new Drain(logs.accessLog());
            Signals.onStop(drain::signalled);
            Signals.onReopen(logs::reopen);
            Preload.ownClasses();
            Optional<Users> users = Assembly.users(configuration);
            users.ifPresent(some -> LOG.info("users: {}", some.count()));
            try (Transport transport = Assembly.transport(configuration);
                    Operations operations =
                            new Operations(
                                    drain, transport, configuration.administration(), effective)) {
                transport.tryDialling();
                serve(
                        configuration,
                        effective,
                        users,
                        file,
                        reading,
                        transport,
                        drain,
                        logs,
                        operations);
            }
            drain.tellTheEnd();
        }
    }

    private static void serve(
            Configuration configuration,
            String effective,
            Optional<Users> users,
            Optional<Path> file,
            Supplier<Invocation> reading,
            Transport transport,
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
            try (Reloads reloads = new Reloads(reading, running, operations, supervision)) {
                Signals.onHangup(() -> hangup(file, reloads));
                List<Listener> bound = running.listen();
                Optional<InetSocketAddress> admin =
                        operations.listen(running, logs::drops, controls(reloads, drain));
                // Otherwise every client could use what only this machine's users may.
                admin.ifPresent(running::doNotDial);
                supervision.begin(bound);
                LOG.info("ready: {} event loops on {}", transport.loops(), transport.name());
                LOG.info("budget: {}", budget.line());
                if (running.seats().most() > budget.connections()) {
                    LOG.warn(
                            "--max-connections is more than this process can hold: see \"budget\"");
                }
                bound.forEach(listener -> LOG.info("listening: {}", listener));
                admin.ifPresent(at -> LOG.info("listening: admin {}", IpLiteral.withPort(at)));
                operations.ready();
                Optional<ConfigWatch> watch = watch(configuration.watching(), file, reloads);
                if (watch.isPresent() && !isStill(effective, reading.get())) {
                    file.ifPresent(path -> reloadChanged(path, reloads));
                }
                drain.awaitBegin();
                operations.notReady();
                supervision.stopping();
                watch.ifPresent(ConfigWatch::close);
            }
            drain.carryOut(running, operations.journal());
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

    private static void hangup(Optional<Path> file, Reloads reloads) {
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

    private static Optional<ConfigWatch> watch(
            Watching watching, Optional<Path> file, Reloads reloads) {
        return switch (watching) {
            case FILE ->
                    file.map(path -> new ConfigWatch(path, () -> reloadChanged(path, reloads)));
            case NOTHING -> Optional.empty();
        };
    }

    /** Whether nothing has changed since it was read first: nobody watched until now. */
    private static boolean isStill(String effective, Invocation now) {
        return now instanceof Invocation.Run(var _, String text) && text.equals(effective);
    }

    private static void reloadChanged(Path file, Reloads reloads) {
        LOG.info("{} has changed: reloading", file);
        reloads.reload().join();
    }
}
