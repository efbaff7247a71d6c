package conduit.config;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What every connection that we dial has of its own, where the kernel is not to choose.
 *
 * @param from4 the address that destinations of IPv4 are dialled from
 * @param from6 the same for IPv6
 * @param mark for the machine's routing rules and firewall
 * @param transparent what connections of transparent clients are dialled from; their own addresses
 *     go before {@code from4} and {@code from6}
 */
public record Dialling(
        Optional<Inet4Address> from4,
        Optional<Inet6Address> from6,
        Optional<Fwmark> mark,
        SeenAs transparent) {

    /** Any address, and no mark. */
    public static final Dialling AS_THE_KERNEL_LIKES =
            new Dialling(Optional.empty(), Optional.empty(), Optional.empty(), SeenAs.CONDUIT);

    /** From these addresses, of which the first of each family counts. */
    public static Dialling from(
            List<InetAddress> sources, Optional<Fwmark> mark, SeenAs transparent) {
        return new Dialling(
                first(Inet4Address.class, sources),
                first(Inet6Address.class, sources),
                mark,
                transparent);
    }

    private static <A> Optional<A> first(Class<A> family, List<InetAddress> sources) {
        return sources.stream().filter(family::isInstance).map(family::cast).findFirst();
    }

    /** The addresses that are dialled from, as far as they are given. */
    public List<InetAddress> sources() {
        return Stream.<Optional<? extends InetAddress>>of(from4, from6)
                .<InetAddress>flatMap(Optional::stream)
                .toList();
    }
}
