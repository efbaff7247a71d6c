package conduit.transport;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The addresses of this machine. Asking the kernel takes a hundred system calls, so what it says is
 * remembered for a second. Called on event loops; two that ask at once do the work twice, which
 * harms nobody.
 */
public final class HostAddresses {

    private static final Duration REMEMBERED = Duration.ofSeconds(1);

    private record Snapshot(Set<OnLink> addresses, long takenAt) {}

    private static volatile Snapshot latest =
            new Snapshot(Set.of(), System.nanoTime() - REMEMBERED.toNanos());

    /**
     * An address and its link: the same link-local address may be another machine's on another link
     * (RFC 4007, section 6), and whoever is on one chooses it freely.
     */
    private record OnLink(InetAddress address, int link) {
        static OnLink of(InetAddress address) {
            return new OnLink(
                    address,
                    address.isLinkLocalAddress() && address instanceof Inet6Address six
                            ? six.getScopeId()
                            : 0);
        }
    }

    private HostAddresses() {}

    /** Whether a packet to this address stays here; false when the kernel cannot be asked. */
    public static boolean include(InetAddress address) {
        // The whole of 127.0.0.0/8 is here, whatever the interface was given.
        return address.isLoopbackAddress() || current().addresses().contains(OnLink.of(address));
    }

    /**
     * The same, but the kernel is asked again before the answer is no: for where an address that
     * has just come must not be taken for somebody else's.
     */
    public static boolean includeAlsoNew(InetAddress address) {
        return include(address) || ask(latest).addresses().contains(OnLink.of(address));
    }

    private static Snapshot current() {
        Snapshot known = latest;
        return System.nanoTime() - known.takenAt() < REMEMBERED.toNanos() ? known : ask(known);
    }

    private static Snapshot ask(Snapshot known) {
        long now = System.nanoTime();
        try {
            Set<OnLink> addresses =
                    NetworkInterface.networkInterfaces()
                            .flatMap(NetworkInterface::inetAddresses)
                            .map(OnLink::of)
                            .collect(Collectors.toUnmodifiableSet());
            latest = new Snapshot(addresses, now);
        } catch (SocketException e) {
            // No descriptor left to ask with: what was known is better than nothing.
            latest = new Snapshot(known.addresses(), now);
        }
        return latest;
    }
}
