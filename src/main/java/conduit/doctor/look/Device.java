package conduit.doctor.look;

import java.net.InetAddress;
import java.util.List;

/** A network interface, with the addresses that it has, if any. */
public record Device(String name, List<InetAddress> addresses) {

    /** Copies the list. */
    public Device {
        addresses = List.copyOf(addresses);
    }

    /** Whether it is the one that leads back to this machine. */
    public boolean isLoopback() {
        return name.equals("lo");
    }
}
