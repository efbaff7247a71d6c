package conduit.outbound;

import conduit.transport.HostAddresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Where this process listens, so that it never dials itself: each turn of such a loop would take
 * two more descriptors, until none is left. Written while listeners are bound, read on event loops.
 */
public final class OwnListeners {

    private final List<InetSocketAddress> bound = new CopyOnWriteArrayList<>();

    /** One more address that has been bound. */
    public void add(InetSocketAddress listener) {
        bound.add(listener);
    }

    /** One of them is closed; it counts as often as it was added. */
    public void remove(InetSocketAddress listener) {
        bound.remove(listener);
    }

    /**
     * Whether a connection to this address would come back to one of our listeners. Asks the kernel
     * for its addresses only when the port is that of a listener on all of them.
     */
    boolean wouldAccept(InetSocketAddress remote) {
        for (InetSocketAddress listener : bound) {
            if (listener.getPort() == remote.getPort()
                    && leadsTo(listener.getAddress(), remote.getAddress())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a connection has come back to one of our listeners though its address is on no
     * interface (ip-route(8), routes of type local): then both its ends have that address.
     *
     * @param local our end, or null when there is none yet
     */
    boolean hasAccepted(InetSocketAddress remote, @Nullable SocketAddress local) {
        return local instanceof InetSocketAddress ours
                && remote.getAddress().equals(ours.getAddress())
                && bound.stream()
                        .filter(listener -> listener.getPort() == remote.getPort())
                        .anyMatch(listener -> listener.getAddress().isAnyLocalAddress());
    }

    private static boolean leadsTo(InetAddress listener, InetAddress remote) {
        if (remote.isAnyLocalAddress()) {
            // Linux takes "any" for this host's loopback address.
            return listener.isAnyLocalAddress() || listener.isLoopbackAddress();
        }
        return listener.isAnyLocalAddress()
                ? speaks(listener, remote) && HostAddresses.include(remote)
                : listener.equals(remote);
    }

    /** A listener on all IPv6 addresses accepts IPv4 too (ipv6(7)), but not the other way round. */
    private static boolean speaks(InetAddress listener, InetAddress remote) {
        return !(listener instanceof Inet4Address) || remote instanceof Inet4Address;
    }
}
