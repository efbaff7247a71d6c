package conduit.config.interception;

import java.util.List;

/**
 * Connections of this machine itself.
 *
 * @param leavingBy the interfaces they leave by; when empty, all but the loopback device
 * @param exemptions by which conduit's own are known; at least one, or conduit would catch itself
 */
public record OwnConnections(List<String> leavingBy, List<Exemption> exemptions) {

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException without an exemption
     */
    public OwnConnections {
        leavingBy = List.copyOf(leavingBy);
        exemptions = List.copyOf(exemptions);
        if (exemptions.isEmpty()) {
            throw new IllegalArgumentException("conduit would catch its own connections");
        }
    }
}
