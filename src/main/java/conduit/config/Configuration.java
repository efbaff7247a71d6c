package conduit.config;

import conduit.config.rules.Policing;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything an operator can decide about a running conduit. Valid once constructed: at least one
 * listener, and no two on the same address, unless each takes a free port (port 0).
 *
 * @param usersFile the file of those who are served; everybody is when empty
 * @param authorities who vouches for origins; those whom the system trusts when empty
 * @param administration the listener for those who run it; there is none when empty
 */
public record Configuration(
        List<Listener> listeners,
        Optional<Path> usersFile,
        Upstream upstream,
        Optional<Authorities> authorities,
        Policing policing,
        Resolving resolving,
        Timeouts timeouts,
        KeepAlive keepAlive,
        Dialling dialling,
        Reuse reuse,
        HttpLimits httpLimits,
        Pseudonym pseudonym,
        Relaying relaying,
        Limits limits,
        Logging logging,
        Watching watching,
        UnderWay underWay,
        Draining draining,
        Optional<Administration> administration) {

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException without a listener, or with an address listed twice
     */
    public Configuration {
        listeners = List.copyOf(listeners);
        if (listeners.isEmpty()) {
            throw new IllegalArgumentException("at least one listener is required");
        }
        if (firstRepeated(listeners).isPresent()) {
            throw new IllegalArgumentException("two listeners share an address: " + listeners);
        }
    }

    /** The same with what can only be chosen at start taken from a configuration in effect. */
    public Configuration startedAs(Configuration started) {
        return new Configuration(
                listeners,
                usersFile,
                upstream,
                authorities,
                policing,
                resolving,
                timeouts,
                started.keepAlive,
                new Dialling(
                        started.dialling.from4(),
                        started.dialling.from6(),
                        started.dialling.mark(),
                        dialling.transparent()),
                reuse,
                httpLimits,
                pseudonym,
                new Relaying(relaying.mode(), relaying.timeouts(), started.relaying.threads()),
                limits,
                logging,
                started.watching,
                underWay,
                draining,
                started.administration);
    }

    /** The first listener whose address an earlier one already has, whatever is spoken there. */
    public static Optional<Listener> firstRepeated(List<Listener> listeners) {
        Set<Object> taken = new HashSet<>();
        return listeners.stream()
                .filter(listener -> listener.address().getPort() != 0)
                .filter(listener -> !taken.add(listener.address()))
                .findFirst();
    }
}
