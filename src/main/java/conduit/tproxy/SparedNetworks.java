package conduit.tproxy;

import conduit.address.Network;
import conduit.address.Parsed;
import conduit.config.interception.Scope;
import conduit.config.interception.Scope.Family;
import java.util.List;
import java.util.stream.Stream;

/**
 * The networks that rules leave alone: those that no proxy can reach, those that IANA's registries
 * of special-purpose addresses (RFC 6890) call not globally reachable, and those the operator
 * names.
 */
final class SparedNetworks {

    /**
     * Loopback and multicast, and addresses that mean something on one link only: whoever dialled
     * them from here would reach somebody else.
     */
    private static final List<Network> NEVER_REACHABLE =
            networks("127.0.0.0/8", "224.0.0.0/4", "::1/128", "fe80::/10", "ff00::/8");

    /**
     * Without the networks for documentation (192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24,
     * 2001:db8::/32, 3fff::/20): nobody has them, so catching them harms nobody, and a connection
     * there is how to try whether the rules work.
     */
    private static final List<Network> NOT_PUBLIC =
            networks(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "240.0.0.0/4",
                    "::/128",
                    "64:ff9b:1::/48",
                    "100::/64",
                    "2001::/23",
                    "5f00::/16",
                    "fc00::/7");

    private SparedNetworks() {}

    /** Those of one version of IP. */
    static List<Network> of(Scope scope, Family family) {
        List<Network> byReach =
                switch (scope.reach()) {
                    case PUBLIC -> NOT_PUBLIC;
                    case ALL -> List.of();
                };
        return Stream.of(NEVER_REACHABLE, byReach, scope.excluded())
                .flatMap(List::stream)
                .filter(network -> network.isIpv4() == (family == Family.IPV4))
                .distinct()
                .toList();
    }

    private static List<Network> networks(String... texts) {
        return Stream.of(texts)
                .map(text ->
                        switch (Network.parse(text)) {
                            case Parsed.Valid<Network>(Network network) -> network;
                            case Parsed.Invalid<Network>(String why) ->
                                    throw new IllegalStateException(text + ": " + why);
                        })
                .toList();
    }
}
