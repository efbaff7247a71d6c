package conduit;

import conduit.address.Destination;
import conduit.config.Configuration;
import conduit.config.Timeouts;
import conduit.config.TunnelTimeouts;
import conduit.config.Upstream;
import conduit.config.rules.Policing;
import conduit.linux.InheritedSocket;
import conduit.linux.Kernel;
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
import conduit.transport.HostAddresses;
import conduit.transport.InheritedListeners;
import conduit.transport.Transport;
import conduit.tunnel.Admissions;
import conduit.tunnel.Connector;
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
 * it.
 */
final class Assembly {

    private Assembly() {}

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
        log.info("users: {}", content.users().count());
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

    /** The kernel's way where there is one, and the portable one elsewhere. */
    static Relay relay(Configuration configuration, Transport transport) {
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

    static Resolver resolver(Configuration configuration, Transport transport) {
        return new Resolver(
                transport,
                configuration.resolving(),
                configuration.timeouts().dial(),
                new LocalFiles());
    }

    static PoolingConnector connector(
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

    static Admissions admissions(Configuration configuration) {
        return new Admissions(policy(configuration), HostAddresses::include);
    }

    static Policy policy(Configuration configuration) {
        boolean addressesFollow = configuration.upstream() instanceof Upstream.Direct;
        Policing policing = configuration.policing();
        return new Policy(policing.rules(), policing.guarding(), addressesFollow);
    }
}
