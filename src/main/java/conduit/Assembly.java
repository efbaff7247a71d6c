package conduit;

import conduit.address.Destination;
import conduit.config.Configuration;
import conduit.config.Limits;
import conduit.config.TunnelTimeouts;
import conduit.config.Upstream;
import conduit.config.rules.Policing;
import conduit.inbound.Terms;
import conduit.linux.InheritedSocket;
import conduit.linux.Kernel;
import conduit.outbound.Dialler;
import conduit.outbound.DirectConnector;
import conduit.outbound.OwnListeners;
import conduit.outbound.dns.LocalFiles;
import conduit.outbound.dns.Resolver;
import conduit.outbound.parent.ParentConnector;
import conduit.outbound.pool.PoolCounts;
import conduit.outbound.pool.PoolingConnector;
import conduit.outbound.tls.TlsConnector;
import conduit.policy.Policy;
import conduit.relay.CopyRelay;
import conduit.relay.KernelRelay;
import conduit.relay.Relay;
import conduit.transport.HostAddresses;
import conduit.transport.InheritedListeners;
import conduit.transport.Transport;
import conduit.tunnel.Admissions;
import conduit.tunnel.Connector;
import conduit.tunnel.Journal;
import conduit.tunnel.PacingByRates;
import conduit.tunnel.Tunnel;
import conduit.tunnel.Via;
import conduit.users.Authenticator;
import conduit.users.Strangers;
import conduit.users.UnusableUsersException;
import conduit.users.Users;
import conduit.users.UsersFile;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the parts of a running conduit out of its configuration; what it makes does not know of
 * it. Of a reload it takes over what the change leaves as it is, so that nothing that has been
 * learned is lost, and changes nothing that is in use. For one thread at a time.
 */
final class Assembly {

    private final Transport transport;
    private final Journal journal;
    private final PoolCounts poolCounts = new PoolCounts();

    /** For those parts that outlive a configuration. */
    Assembly(Transport transport, Journal journal) {
        this.transport = transport;
        this.journal = journal;
    }

    /** What the pools of all configurations have come to. */
    PoolCounts poolCounts() {
        return poolCounts;
    }

    /** What a configuration has come to, and what of it the next one may take over. */
    record Assembled(
            Configuration configuration,
            Optional<Users> users,
            Terms terms,
            Resolver resolver,
            Dialler dialler,
            TlsConnector securing,
            PoolingConnector pool) {

        /** The same for clients that are to leave. */
        Assembled closing() {
            return new Assembled(
                    configuration, users, terms.closing(), resolver, dialler, securing, pool);
        }
    }

    /** Those who are served, if not everybody is. */
    static Optional<Users> users(Configuration configuration) throws UnusableUsersException {
        if (configuration.usersFile().isEmpty()) {
            return Optional.empty();
        }
        UsersFile.Content content = UsersFile.read(configuration.usersFile().get());
        Logger log = LoggerFactory.getLogger(Conduit.class);
        content.warning().ifPresent(log::warn);
        Strangers.warning(configuration.policing().rules().rules(), content.users())
                .ifPresent(log::warn);
        return Optional.of(content.users());
    }

    static Transport transport(Configuration configuration) {
        return new Transport(
                configuration.relaying().threads(),
                configuration.keepAlive(),
                configuration.dialling(),
                new InheritedListeners(
                        InheritedSocket.all(System.getenv(), ProcessHandle.current().pid())));
    }

    static Resolver resolver(Configuration configuration, Transport transport) {
        return new Resolver(
                transport,
                configuration.resolving(),
                configuration.timeouts().dial(),
                new LocalFiles());
    }

    static Policy policy(Configuration configuration) {
        boolean addressesFollow = configuration.upstream() instanceof Upstream.Direct;
        Policing policing = configuration.policing();
        return new Policy(policing.rules(), policing.guarding(), addressesFollow);
    }

    /** The parts for the configuration with which conduit starts. */
    Assembled begin(Configuration configuration, Optional<Users> users, OwnListeners own) {
        Resolver resolver = resolver(configuration, transport);
        Dialler dialler = new Dialler(transport, resolver, own, configuration.timeouts().dial());
        TlsConnector securing =
                new TlsConnector(
                        fresh(configuration, dialler),
                        configuration.authorities(),
                        configuration.timeouts().negotiation(),
                        transport.loops());
        PoolingConnector pool = pool(configuration, securing);
        Tunnel.Ways ways =
                new Tunnel.Ways(
                        admissions(configuration),
                        configuration.upstream(),
                        pool,
                        relay(configuration),
                        PacingByRates.of(configuration.limits()),
                        journal,
                        Via.of(configuration.pseudonym()));
        return assembled(
                configuration,
                users,
                ways,
                users.map(some -> authenticator(configuration, some)),
                resolver,
                dialler,
                securing,
                pool);
    }

    /**
     * The parts for the configuration after this one.
     *
     * @param authenticator the one there has been, if any; it does not know these users yet
     */
    Assembled next(
            Assembled before,
            Configuration configuration,
            Optional<Users> users,
            Optional<Authenticator> authenticator) {
        Configuration known = before.configuration();
        Dialler dialler = before.dialler().within(configuration.timeouts().dial());
        TlsConnector securing =
                before.securing()
                        .with(
                                fresh(configuration, dialler),
                                configuration.authorities(),
                                configuration.timeouts().negotiation());
        PoolingConnector pool =
                leadElsewhere(known, configuration)
                        ? pool(configuration, securing)
                        : before.pool().over(securing);
        Tunnel.Ways ways = before.terms().ways();
        Tunnel.Ways next =
                new Tunnel.Ways(
                        known.policing().equals(configuration.policing())
                                        && known.upstream().equals(configuration.upstream())
                                ? ways.admissions()
                                : admissions(configuration),
                        configuration.upstream(),
                        pool,
                        known.relaying().equals(configuration.relaying())
                                ? ways.relay()
                                : relay(configuration),
                        paceAlike(known.limits(), configuration.limits())
                                ? ways.pacing()
                                : PacingByRates.of(configuration.limits()),
                        journal,
                        known.pseudonym().equals(configuration.pseudonym())
                                ? ways.via()
                                : Via.of(configuration.pseudonym()));
        return assembled(
                configuration,
                users,
                next,
                users.map(
                        some -> authenticator.orElseGet(() -> authenticator(configuration, some))),
                before.resolver(),
                dialler,
                securing,
                pool);
    }

    /** Whether idle connections of the one would not do for the other. */
    private static boolean leadElsewhere(Configuration one, Configuration other) {
        return !one.upstream().equals(other.upstream())
                || !one.authorities().equals(other.authorities());
    }

    private static Assembled assembled(
            Configuration configuration,
            Optional<Users> users,
            Tunnel.Ways ways,
            Optional<Authenticator> authenticator,
            Resolver resolver,
            Dialler dialler,
            TlsConnector securing,
            PoolingConnector pool) {
        Terms terms =
                new Terms(
                        ways,
                        authenticator,
                        configuration.timeouts(),
                        configuration.httpLimits(),
                        configuration.dialling().transparent(),
                        Terms.AfterExchange.WAITS);
        return new Assembled(configuration, users, terms, resolver, dialler, securing, pool);
    }

    /** Whether the buckets of the one do for the other: new ones would be full ones. */
    private static boolean paceAlike(Limits one, Limits other) {
        return one.rates().equals(other.rates())
                && one.connections().clientPrefix6() == other.connections().clientPrefix6();
    }

    private static Authenticator authenticator(Configuration configuration, Users users) {
        return new Authenticator(users, configuration.limits().connections()::client);
    }

    private static Connector fresh(Configuration configuration, Dialler dialler) {
        Connector direct = new DirectConnector(dialler);
        return switch (configuration.upstream()) {
            case Upstream.Direct() -> direct;
            case Upstream.Parent parent ->
                    new ParentConnector(direct, parent, configuration.timeouts().negotiation());
        };
    }

    private PoolingConnector pool(Configuration configuration, Connector securing) {
        UnaryOperator<Destination> leadsTo =
                switch (configuration.upstream()) {
                    case Upstream.HttpParent(var at, var _) -> _ -> at;
                    case Upstream.SocksParent _, Upstream.Direct _ -> destination -> destination;
                };
        return new PoolingConnector(
                securing, leadsTo, configuration.reuse(), transport.loops(), poolCounts);
    }

    private static Admissions admissions(Configuration configuration) {
        return new Admissions(policy(configuration), HostAddresses::include);
    }

    /** The kernel's way where there is one, and the portable one elsewhere. */
    private Relay relay(Configuration configuration) {
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
}
