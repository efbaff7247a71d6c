package conduit;

import conduit.address.Destination;
import conduit.config.Configuration;
import conduit.config.ConnectionLimits;
import conduit.config.Examination;
import conduit.config.Listener;
import conduit.config.Timeouts;
import conduit.config.TunnelTimeouts;
import conduit.config.Upstream;
import conduit.config.flags.Invocation;
import conduit.config.interception.RulesTask;
import conduit.config.rules.Guarding;
import conduit.config.rules.RuleSet;
import conduit.doctor.Doctor;
import conduit.doctor.Report;
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
import conduit.tunnel.Tunnel;
import conduit.tunnel.Via;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program: reads the command line, builds, binds, waits for a signal and stops, or carries out
 * another command. The only class that sees every package. Exit codes: 0 stopped as told, 1 cannot
 * start, cannot do it or the doctor found a failure, 2 a mistake on the command line.
 */
public final class Conduit {

    private static final int CANNOT_START = 1;
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
            case Invocation.Examine(Examination examination) -> {
                Report report = Doctor.examine(examination);
                System.out.println(report.text(examination.form()));
                System.exit(report.failed() ? FAILED : 0);
            }
            case Invocation.TproxyRules(RulesTask task) -> {
                try {
                    System.out.print(TproxyRules.carryOut(task));
                } catch (CannotInstallException e) {
                    System.err.println("conduit: " + e.getMessage());
                    System.exit(CANNOT_START);
                }
            }
            case Invocation.Run(Configuration configuration) -> {
                try {
                    run(configuration);
                    System.exit(0);
                } catch (BindException | CannotDialException e) {
                    System.err.println("conduit: " + e.getMessage());
                    System.exit(CANNOT_START);
                }
            }
        }
    }

    private static void run(Configuration configuration)
            throws BindException, CannotDialException, InterruptedException {
        CountDownLatch told = Signals.stop();
        Preload.ownClasses();
        Logger log = LoggerFactory.getLogger(Conduit.class);
        OwnListeners own = new OwnListeners();
        AccessLog accessLog = new AccessLog();
        try (Transport transport = transport(configuration);
                Listeners listeners = listeners(configuration, transport, own, accessLog)) {
            transport.tryDialling();
            ScheduledFuture<?> telling =
                    transport
                            .nextLoop()
                            .scheduleAtFixedRate(accessLog::tellOfRepeats, 1, 1, TimeUnit.MINUTES);
            List<Listener> bound = new ArrayList<>();
            for (Listener wanted : configuration.listeners()) {
                bound.add(listeners.bind(wanted));
                own.add(bound.getLast().address());
            }
            log.info("ready: {} event loops on {}", transport.loops(), transport.name());
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

    private static PoolingConnector connector(
            Configuration configuration, Transport transport, OwnListeners own) {
        Timeouts timeouts = configuration.timeouts();
        Resolver resolver =
                new Resolver(
                        transport, configuration.resolving(), timeouts.dial(), new LocalFiles());
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

    private static Admissions admissions(Configuration configuration) {
        boolean addressesFollow = configuration.upstream() instanceof Upstream.Direct;
        Policy policy = new Policy(RuleSet.NONE, Guarding.LOCAL, addressesFollow);
        return new Admissions(policy, HostAddresses::include);
    }

    /** Once the event loops have their descriptors. */
    private static Seats seats(Configuration configuration) {
        ConnectionLimits limits = configuration.limits().connections();
        Budget budget = Budget.ofThisProcess(configuration.listeners().size(), limits.inAll());
        Logger log = LoggerFactory.getLogger(Conduit.class);
        log.info("budget: {}", budget.line());
        int most = limits.inAll().orElse(budget.connections());
        if (most > budget.connections()) {
            log.warn("--max-connections is more than this process can hold: see \"budget\"");
        }
        return new Seats(limits, most);
    }

    private static Listeners listeners(
            Configuration configuration,
            Transport transport,
            OwnListeners own,
            AccessLog accessLog) {
        PoolingConnector connector = connector(configuration, transport, own);
        Tunnel.Ways ways =
                new Tunnel.Ways(
                        admissions(configuration),
                        connector,
                        relay(configuration, transport),
                        accessLog,
                        Via.of(configuration.pseudonym()));
        return new Listeners(
                transport,
                ways,
                configuration.timeouts(),
                configuration.httpLimits(),
                configuration.dialling().transparent(),
                seats(configuration),
                () -> transport.onEachLoop(connector::makeWay));
    }
}
