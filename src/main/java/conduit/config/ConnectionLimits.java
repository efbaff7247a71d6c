package conduit.config;

import conduit.address.Network;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.OptionalInt;

/**
 * How many connections clients may have. What is empty is not limited, but for {@code inAll}, which
 * then is what the process can hold.
 *
 * @param inAll accepted ones in all
 * @param perClient of one client
 * @param perUser of one user
 * @param newPerClient new ones of one client within a second
 * @param clientPrefix6 how many bits the addresses of one IPv6 client share
 */
public record ConnectionLimits(
        OptionalInt inAll,
        OptionalInt perClient,
        OptionalInt perUser,
        OptionalInt newPerClient,
        int clientPrefix6) {

    /** So many sockets no machine has today. */
    public static final int MOST = 10_000_000;

    /** A site's usual allocation (RFC 6177): whatever is shorter lumps strangers together. */
    public static final int SHORTEST_PREFIX6 = 32;

    /** A single address. */
    public static final int LONGEST_PREFIX6 = 128;

    /** A host chooses the other half of its addresses itself, a new one every day (RFC 8981). */
    public static final int USUAL_PREFIX6 = 64;

    /** Nothing that an operator has asked for. */
    public static final ConnectionLimits NONE =
            new ConnectionLimits(
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    USUAL_PREFIX6);

    /**
     * Checks each.
     *
     * @throws IllegalArgumentException when one is out of its range
     */
    public ConnectionLimits {
        require("inAll", inAll);
        require("perClient", perClient);
        require("perUser", perUser);
        require("newPerClient", newPerClient);
        if (clientPrefix6 < SHORTEST_PREFIX6 || clientPrefix6 > LONGEST_PREFIX6) {
            throw new IllegalArgumentException("clientPrefix6 is out of range: " + clientPrefix6);
        }
    }

    /** Whom an address stands for. All hosts of a link share its one link-local network. */
    public Network client(InetAddress address) {
        if (address instanceof Inet4Address) {
            return Network.around(address, Integer.SIZE);
        }
        return Network.around(
                address, address.isLinkLocalAddress() ? LONGEST_PREFIX6 : clientPrefix6);
    }

    private static void require(String name, OptionalInt limit) {
        if (limit.isPresent() && (limit.getAsInt() < 1 || limit.getAsInt() > MOST)) {
            throw new IllegalArgumentException(name + " is out of range: " + limit.getAsInt());
        }
    }
}
