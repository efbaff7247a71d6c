package conduit.transport;

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

    private record Snapshot(Set<InetAddress> addresses, long takenAt) {}

    private static volatile Snapshot latest =
            new Snapshot(Set.of(), System.nanoTime() - REMEMBERED.toNanos());

    private HostAddresses() {}

    /** Whether a packet to this address stays here; false when the kernel cannot be asked. */
    public static boolean include(InetAddress address) {
        // The whole of 127.0.0.0/8 is here, whatever the interface was given.
        return address.isLoopbackAddress() || current().addresses().contains(address);
    }

    /**
     * The same, but the kernel is asked again before the answer is no: for where an address that
     * has just come must not be taken for somebody else's.
     */
    public static boolean includeAlsoNew(InetAddress address) {
        return include(address) || ask(latest).addresses().contains(address);
    }

    private static Snapshot current() {
        Snapshot known = latest;
        return System.nanoTime() - known.takenAt() < REMEMBERED.toNanos() ? known : ask(known);
    }

    private static Snapshot ask(Snapshot known) {
        long now = System.nanoTime();
        try {
            Set<InetAddress> addresses =
                    NetworkInterface.networkInterfaces()
                            .flatMap(NetworkInterface::inetAddresses)
                            .collect(Collectors.toUnmodifiableSet());
            latest = new Snapshot(addresses, now);
        } catch (SocketException e) {
            // No descriptor left to ask with: what was known is better than nothing.
            latest = new Snapshot(known.addresses(), now);
        }
        return latest;
    }
}
