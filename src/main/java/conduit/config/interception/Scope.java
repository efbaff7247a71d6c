package conduit.config.interception;

import conduit.address.Network;
import conduit.address.PortRange;
import java.util.List;
import java.util.Locale;

/**
 * Which destinations are meant.
 *
 * @param families at least one
 * @param ports all when empty
 * @param excluded networks that are left alone, beside those that {@code reach} leaves alone
 */
public record Scope(
        List<Family> families, List<PortRange> ports, Reach reach, List<Network> excluded) {

    /** A version of IP. */
    public enum Family {
        IPV4,
        IPV6;

        /** As the tools for rules write it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Which networks are left alone without having been named. */
    public enum Reach {
        /** Those that are not of the public Internet. */
        PUBLIC,
        /** Only those that no proxy could reach. */
        ALL;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException without a family
     */
    public Scope {
        families = List.copyOf(families);
        ports = List.copyOf(ports);
        excluded = List.copyOf(excluded);
        if (families.isEmpty()) {
            throw new IllegalArgumentException("no version of IP is meant");
        }
    }
}
