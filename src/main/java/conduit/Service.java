package conduit;

import conduit.config.Configuration;
import conduit.config.Listener;
import conduit.config.Reloading;
import conduit.config.flags.Invocation;
import conduit.inbound.BindException;
import conduit.limits.Budget;
import conduit.observe.AccessLog;
import conduit.transport.CannotDialException;
import conduit.transport.Transport;
import conduit.users.Users;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
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
     * @param reading reads the configuration once more
     * @throws BindException when a listener's address cannot be had
     * @throws CannotDialException when the options of the outgoing sockets cannot be set
     */
    static void run(
            Configuration configuration, Optional<Users> users, Supplier<Invocation> reading)
            throws BindException, CannotDialException, InterruptedException {
        CountDownLatch told = Signals.stop();
        Preload.ownClasses();
        users.ifPresent(some -> LOG.info("users: {}", some.count()));
        try (Transport transport = Assembly.transport(configuration)) {
            transport.tryDialling();
            serve(configuration, users, reading, transport, told);
        }
    }

    private static void serve(
            Configuration configuration,
            Optional<Users> users,
            Supplier<Invocation> reading,
            Transport transport,
            CountDownLatch told)
            throws BindException, InterruptedException {
        AccessLog accessLog = new AccessLog();
        // Now that the event loops have their descriptors.
        Budget budget =
                Budget.ofThisProcess(
                        configuration.listeners().size(),
                        configuration.limits().connections().inAll());
        try (Running running =
                        new Running(
                                configuration, users, transport, accessLog, budget.connections());
                Reloads reloads = new Reloads(reading, running)) {
            Signals.onHangup(() -> hangup(configuration.reloading(), reloads));
            List<Listener> bound = running.listen();
            ScheduledFuture<?> telling =
                    transport
                            .nextLoop()
                            .scheduleAtFixedRate(accessLog::tellOfRepeats, 1, 1, TimeUnit.MINUTES);
            LOG.info("ready: {} event loops on {}", transport.loops(), transport.name());
            LOG.info("budget: {}", budget.line());
            if (running.seats().most() > budget.connections()) {
                LOG.warn("--max-connections is more than this process can hold: see \"budget\"");
            }
            bound.forEach(listener -> LOG.info("listening: {}", listener));
            Optional<ConfigWatch> watch = watch(configuration.reloading(), reloads);
            told.await();
            watch.ifPresent(ConfigWatch::close);
            telling.cancel(false);
            accessLog.tellOfRepeats();
            LOG.info("stopping");
        }
    }

    private static void hangup(Reloading reloading, Reloads reloads) {
        LOG.info(
                "SIGHUP: reloading{}",
                reloading.file().isPresent()
                        ? ""
                        : "; there is no --config, so only the files that flags name are read again");
        reloads.reload();
    }

    private static Optional<ConfigWatch> watch(Reloading reloading, Reloads reloads) {
        Optional<Path> file =
                switch (reloading.watching()) {
                    case FILE -> reloading.file();
                    case NOTHING -> Optional.empty();
                };
        return file.map(path ->
                new ConfigWatch(
                        path,
                        () -> {
                            LOG.info("{} has changed: reloading", path);
                            reloads.reload().join();
                        }));
    }
}
