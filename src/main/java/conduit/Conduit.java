package conduit;

import conduit.address.Destination;
import conduit.address.Parsed;
import conduit.config.Configuration;
import conduit.config.ConnectionLimits;
import conduit.config.Examination;
import conduit.config.Inquiry;
import conduit.config.Listener;
import conduit.config.Timeouts;
import conduit.config.TunnelTimeouts;
import conduit.config.Upstream;
import conduit.config.flags.Invocation;
import conduit.config.interception.RulesTask;
import conduit.config.rules.Policing;
import conduit.doctor.Doctor;
import conduit.doctor.Report;
import conduit.explain.Explanation;
import conduit.explain.ExplanationText;
import conduit.explain.WaitingLookup;
import conduit.inbound.BindException;
import conduit.inbound.Listeners;
import conduit.limits.Budget;
import conduit.limits.Seats;
import conduit.linux.Kernel;
import conduit.observe.AccessLog;
import conduit.outbound.Dialler;
import conduit.outbound.DirectConnector;
import conduit.outbound.OwnListeners;
import conduit.outbound.dns.LocalFiles;
import conduit.outbound.dns.Resolver;
import conduit.outbound.parent.ParentConnector;
import conduit.outbound.pool.PoolingConnector;
import conduit.outbound.tls.TlsConnector;
import conduit.policy.Access;
import conduit.policy.Policy;
import conduit.relay.CopyRelay;
import conduit.relay.KernelRelay;
import conduit.relay.Relay;
import conduit.tproxy.CannotInstallException;
import conduit.tproxy.TproxyRules;
import conduit.transport.CannotDialException;
import conduit.transport.HostAddresses;
import conduit.transport.Transport;
import conduit.tunnel.Admissions;
import conduit.tunnel.Connector;
import conduit.tunnel.PacingByRates;
import conduit.tunnel.Tunnel;
import conduit.tunnel.Via;
import conduit.users.Authenticator;
import conduit.users.Password;
import conduit.users.PasswordChange;
import conduit.users.Strangers;
import conduit.users.UnusableUsersException;
import conduit.users.Users;
import conduit.users.UsersFile;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program: reads the command line, builds, binds, waits for a signal and stops, or carries out
 * another command. The only class that sees every package. Exit codes: 0 stopped as told, 1 cannot
 * start, cannot do it, the doctor found a failure or what was asked about is refused, 2 a mistake
 * on the command line or in the configuration file.
 */
public final class Conduit {

    private static final int FAILED = 1;
    private static final int MISTAKE = 2;

    private Conduit() {}

    /** Runs until SIGTERM or SIGINT. */
    public static void main(String[] args) throws InterruptedException {
        switch (Invocation.parse(args)) {
            case Invocation.Print(String text) -> System.out.println(text);
            case Invocation.Mistake(String line) -> {
                System.err.println(line);
                System.exit(MISTAKE);
            }
            case Invocation.Check(Configuration configuration, String effective) -> {
                try {
                    users(configuration);
                    System.out.println(effective);
                } catch (UnusableUsersException e) {
                    fail(e.getMessage());
                }
            }
            case Invocation.Examine(Examination examination) -> {
                Report report = Doctor.examine(examination);
                System.out.println(report.text(examination.form()));
                System.exit(report.failed() ? FAILED : 0);
            }
            case Invocation.Explain(Configuration configuration, Inquiry inquiry) -> {
                Explanation explanation = explain(configuration, inquiry);
                System.out.println(
                        switch (inquiry.form()) {
                            case TEXT -> ExplanationText.lines(explanation);
                            case JSON -> ExplanationText.json(explanation);
                        });
                System.exit(explanation.allows() ? 0 : FAILED);
            }
            case Invocation.TproxyRules(RulesTask task) -> {
                try {
                    System.out.print(TproxyRules.carryOut(task));
                } catch (CannotInstallException e) {
                    fail(e.getMessage());
                }
            }
            case Invocation.ChangePassword(Path file, String user) -> changePassword(file, user);
            case Invocation.Run(Configuration configuration) -> {
                try {
                    run(configuration, users(configuration));
                    System.exit(0);
                } catch (BindException | CannotDialException | UnusableUsersException e) {
                    fail(e.getMessage());
                }
            }
        }
    }

    private static void fail(@Nullable String why) {
        System.err.println("conduit: " + why);
        System.exit(FAILED);
    }

    private static void changePassword(Path file, String user) {
        switch (Password.ask(user, System.in)) {
            case Parsed.Invalid<byte[]>(String why) -> fail("the password: " + why);
            case Parsed.Valid<byte[]>(byte[] password) -> {
                switch (PasswordChange.carryOut(file, user, password)) {
                    case Parsed.Valid<PasswordChange.Done>(var done) ->
                            System.out.println("conduit: " + file + ": " + user + done.words());
                    case Parsed.Invalid<PasswordChange.Done>(String why) -> fail(file + ": " + why);
                }
            }
        }
    }

    /** Those who are served, if not everybody is. */
    private static Optional<Users> users(Configuration configuration)
            throws UnusableUsersException {
        if (configuration.usersFile().isEmpty()) {
            return Optional.empty();
        }
        UsersFile.Content content = UsersFile.read(configuration.usersFile().get());
        Logger log = LoggerFactory.getLogger(Conduit.class);
        content.warning().ifPresent(log::warn);
        Strangers.warning(configuration.policing().rules().rules(), content.users())
                .ifPresent(log::warn);
        log.info("users: {}", content.users().count());
        return Optional.of(content.users());
    }

    private static void run(Configuration configuration, Optional<Users> users)
            throws BindException, CannotDialException, InterruptedException {
        CountDownLatch told = Signals.stop();
        Preload.ownClasses();
        Optional<Authenticator> authenticator =
                users.map(known ->
                        new Authenticator(known, configuration.limits().connections()::client));
        try (Transport transport = transport(configuration)) {
            transport.tryDialling();
            serve(configuration, transport, authenticator, told);
        }
        authenticator.ifPresent(Authenticator::close);
    }

    private static void serve(
            Configuration configuration,
            Transport transport,
            Optional<Authenticator> authenticator,
            CountDownLatch told)
            throws BindException, InterruptedException {
        Logger log = LoggerFactory.getLogger(Conduit.class);
        OwnListeners own = new OwnListeners();
        AccessLog accessLog = new AccessLog();
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
            ScheduledFuture<?> telling =
                    transport
                            .nextLoop()
                            .scheduleAtFixedRate(accessLog::tellOfRepeats, 1, 1, TimeUnit.MINUTES);
            log.info("ready: {} event loops on {}", transport.loops(), transport.name());
            log.info("budget: {}", budget.line());
            if (seats.most() > budget.connections()) {
                log.warn("--max-connections is more than this process can hold: see \"budget\"");
            }
            bound.forEach(listener -> log.info("listening: {}", listener));
            told.await();
            telling.cancel(false);
            accessLog.tellOfRepeats();
            log.info("stopping");
        }
    }

    private static Transport transport(Configuration configuration) {
        return new Transport(
                configuration.relaying().threads(),
                configuration.keepAlive(),
                configuration.dialling());
    }

    /** The kernel's way where there is one, and the portable one elsewhere. */
    private static Relay relay(Configuration configuration, Transport transport) {
        TunnelTimeouts timeouts = configuration.relaying().timeouts();
        String unavailable =
                transport.isEpoll()
                        ? Kernel.unavailableBecause()
                        : Transport.epollUnavailableBecause();
        if (unavailable.isEmpty()) {
            return KernelRelay.moving(configuration.relaying().mode(), timeouts);
        }
        LoggerFactory.getLogger(Conduit.class)
                .warn(
                        "tunnels are copied through Netty, which costs more, whatever --relay says: {}",
                        unavailable);
        return CopyRelay.copying(timeouts);
    }

    private static Resolver resolver(Configuration configuration, Transport transport) {
        return new Resolver(
                transport,
                configuration.resolving(),
                configuration.timeouts().dial(),
                new LocalFiles());
    }

    private static PoolingConnector connector(
            Configuration configuration, Transport transport, OwnListeners own) {
        Timeouts timeouts = configuration.timeouts();
        Resolver resolver = resolver(configuration, transport);
        Connector direct =
                new DirectConnector(new Dialler(transport, resolver, own, timeouts.dial()));
        Connector fresh =
                switch (configuration.upstream()) {
                    case Upstream.Direct() -> direct;
                    case Upstream.Parent parent ->
                            new ParentConnector(direct, parent, timeouts.negotiation());
                };
        Connector securing =
                new TlsConnector(
                        fresh,
                        configuration.authorities(),
                        timeouts.negotiation(),
                        transport.loops());
        UnaryOperator<Destination> leadsTo =
                switch (configuration.upstream()) {
                    case Upstream.HttpParent(var at, var _) -> _ -> at;
                    case Upstream.SocksParent _, Upstream.Direct _ -> destination -> destination;
                };
        return new PoolingConnector(securing, leadsTo, configuration.reuse(), transport.loops());
    }

    private static Explanation explain(Configuration configuration, Inquiry inquiry) {
        InetAddress client = inquiry.client();
        try (Transport transport =
                new Transport(1, configuration.keepAlive(), configuration.dialling())) {
            Access access =
                    new Access(
                            client,
                            HostAddresses.include(client),
                            inquiry.user(),
                            inquiry.inbound(),
                            inquiry.destination());
            WaitingLookup lookUp =
                    new WaitingLookup(
                            resolver(configuration, transport),
                            transport.nextLoop(),
                            configuration.timeouts().dial());
            return Explanation.of(access, configuration.upstream(), policy(configuration), lookUp);
        }
    }

    private static Admissions admissions(Configuration configuration) {
        return new Admissions(policy(configuration), HostAddresses::include);
    }

    private static Policy policy(Configuration configuration) {
        boolean addressesFollow = configuration.upstream() instanceof Upstream.Direct;
        Policing policing = configuration.policing();
        return new Policy(policing.rules(), policing.guarding(), addressesFollow);
    }

    private static Listeners listeners(
            Configuration configuration,
            Transport transport,
            OwnListeners own,
            Optional<Authenticator> authenticator,
            AccessLog accessLog,
            Seats seats) {
        PoolingConnector connector = connector(configuration, transport, own);
        Tunnel.Ways ways =
                new Tunnel.Ways(
                        admissions(configuration),
                        connector,
                        relay(configuration, transport),
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
