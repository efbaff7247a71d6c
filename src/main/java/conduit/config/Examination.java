package conduit.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the doctor is to look at: a conduit as it is going to be started, or as it runs.
 *
 * @param listeners none when nothing was said of them
 * @param mark of what conduit dials
 * @param seenAs what it dials from for transparent clients
 * @param connections how many tunnels it is to carry at once
 * @param startedWith the proxy's own flags, as they were given
 */
public record Examination(
        List<Listener> listeners,
        Optional<Fwmark> mark,
        SeenAs seenAs,
        int connections,
        List<String> startedWith,
        Canary canary,
        Form form) {

    /** Whether a real connection is sent. */
    public enum Canary {
        SENT,
        KEPT
    }

    /** For whom the findings are written. */
    public enum Form {
        TEXT,
        JSON
    }

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException when there are no connections
     */
    public Examination {
        listeners = List.copyOf(listeners);
        startedWith = List.copyOf(startedWith);
        if (connections < 1) {
            throw new IllegalArgumentException("connections: " + connections);
        }
    }

    /** Where rules are to lead to; a free port is not known before conduit runs. */
    public Set<Integer> ports() {
        return listeners.stream()
                .filter(listener -> listener.protocol() == Listener.Protocol.TPROXY)
                .map(listener -> listener.address().getPort())
                .filter(port -> port != 0)
                .collect(Collectors.toSet());
    }
}
