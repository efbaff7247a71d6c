package conduit.doctor.rules;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;

/** The two versions of IP, and what the system's programs call them. */
public enum Family {
    IPV4("IPv4", "ipv4", "ip", ""),
    IPV6("IPv6", "ipv6", "ip6", "-6 ");

    private final String name;
    private final String suffix;
    private final String table;
    private final String option;

    Family(String name, String suffix, String table, String option) {
        this.name = name;
        this.suffix = suffix;
        this.table = table;
        this.option = option;
    }

    /** As it stands in the names of checks: {@code ipv4}. */
    public String suffix() {
        return suffix;
    }

    /** As ip(8) wants it told, with a blank behind it where it is not empty. */
    public String option() {
        return option;
    }

    /** The family of an address. */
    public static Family of(InetAddress address) {
        return address instanceof Inet4Address ? IPV4 : IPV6;
    }

    /** Those that a table of nftables sees packets of; none for tables of other layers. */
    static Set<Family> ofTable(String family) {
        return switch (family) {
            case "inet" -> Set.of(IPV4, IPV6);
            case "ip" -> Set.of(IPV4);
            case "ip6" -> Set.of(IPV6);
            default -> Set.of();
        };
    }

    /** What nftables calls {@code ip} or {@code ip6}, and in a match {@code ipv4} or so. */
    static Optional<Family> named(String text) {
        for (Family family : values()) {
            if (text.equals(family.table) || text.equals(family.suffix)) {
                return Optional.of(family);
            }
        }
        return Optional.empty();
    }

    /** Those whose packets have what these words of nft(8) name, such as {@code ip6 saddr}. */
    static Set<Family> ofWords(String words) {
        return named(words.replaceFirst(" .*", "")).map(Set::of).orElse(Set.of(values()));
    }

    @Override
    public String toString() {
        return name;
    }
}
