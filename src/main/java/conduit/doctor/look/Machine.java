package conduit.doctor.look;

import conduit.doctor.ask.Found;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.Leftover;
import conduit.doctor.rules.Ruleset;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that the checks judge, as it was when the doctor looked.
 *
 * @param listening the sockets on the ports that matter, those that rules name or conduit is to use
 * @param self the doctor's own process
 * @param transparent why a socket of ours cannot be transparent; empty where it can
 * @param expressions whether nftables takes a rule with them here; the text seen says nothing
 * @param bridges the names of the bridges
 * @param leftovers what canaries have left in nftables that are no more
 */
public record Machine(
        Found<Ruleset> rules,
        Found<Routing> routing,
        List<Listening> listening,
        Settings settings,
        List<Device> devices,
        Owner self,
        Map<Family, Optional<String>> transparent,
        Map<Expression, Found<String>> expressions,
        List<String> bridges,
        List<Leftover> leftovers) {

    /** Copies the collections. */
    public Machine {
        listening = List.copyOf(listening);
        devices = List.copyOf(devices);
        transparent = Map.copyOf(transparent);
        expressions = Map.copyOf(expressions);
        bridges = List.copyOf(bridges);
        leftovers = List.copyOf(leftovers);
    }

    /** Whether an address is one of this machine. */
    public boolean has(InetAddress address) {
        return address.isLoopbackAddress()
                || devices.stream().anyMatch(device -> device.addresses().contains(address));
    }

    /** The sockets that listen on a port. */
    public List<Listening> on(int port) {
        return listening.stream().filter(socket -> socket.port() == port).toList();
    }
}
