package conduit.outbound.dns;

import conduit.address.Destination;
import conduit.address.Parsed;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What {@code /etc/resolv.conf} says: whom to ask, and what else a short name may stand for. Pure;
 * lines that make no sense are passed over, as the C library does.
 *
 * @param servers at least one, in the order in which to ask them
 * @param search domains, without a dot at either end
 * @param ndots a name with so many dots is first taken as it stands
 */
record ResolvConf(List<InetSocketAddress> servers, List<String> search, int ndots) {

    /** The port of name servers (RFC 1035, section 4.2). */
    static final int PORT = 53;

    /** resolv.conf(5): the server of a machine that names none is the machine itself. */
    private static final InetSocketAddress LOCAL =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), PORT);

    /** resolv.conf(5): larger values are silently capped. */
    private static final int MOST_DOTS = 15;

    /** Copies the lists. */
    ResolvConf {
        servers = List.copyOf(servers);
        search = List.copyOf(search);
    }

    /** Reads the lines of such a file; none at all is what a missing file says. */
    static ResolvConf parse(List<String> lines) {
        List<InetSocketAddress> servers = new ArrayList<>();
        List<String> search = List.of();
        int ndots = 1;
        for (String line : lines) {
            String[] words = line.strip().split("\\s+");
            List<String> values = Arrays.asList(words).subList(1, words.length);
            switch (words[0]) {
                case "nameserver" ->
                        values.stream().limit(1).flatMap(ResolvConf::server).forEach(servers::add);
                case "search", "domain" ->
                        search = values.stream().flatMap(ResolvConf::domain).toList();
                case "options" -> ndots = ndots(values, ndots);
                default -> {}
            }
        }
        return new ResolvConf(servers.isEmpty() ? List.of(LOCAL) : servers, search, ndots);
    }

    private static Stream<InetSocketAddress> server(String text) {
        try {
            // Not with IpLiteral, which knows no zones: fe80::1%eth0 is common here.
            return Stream.of(new InetSocketAddress(InetAddress.ofLiteral(text), PORT));
        } catch (IllegalArgumentException e) {
            return Stream.empty();
        }
    }

    private static Stream<String> domain(String text) {
        String domain = withoutLastDot(text.toLowerCase(Locale.ROOT));
        return isName(domain) ? Stream.of(domain) : Stream.empty();
    }

    private static int ndots(List<String> options, int otherwise) {
        return options.stream()
                .filter(option -> option.matches("ndots:[0-9]{1,9}"))
                .mapToInt(option -> Integer.parseInt(option.substring("ndots:".length())))
                .map(dots -> Math.min(dots, MOST_DOTS))
                .reduce(otherwise, (before, last) -> last);
    }

    /** The same with other servers. */
    ResolvConf asking(List<InetSocketAddress> others) {
        return new ResolvConf(others, search, ndots);
    }

    /** The complete names that a name may stand for, in the order in which to try them. */
    List<String> candidates(String name) {
        if (name.endsWith(".")) {
            return List.of(name);
        }
        Stream<String> itself = Stream.of(name + ".");
        Stream<String> searched =
                search.stream()
                        .map(domain -> name + "." + domain)
                        .filter(ResolvConf::isName)
                        .map(complete -> complete + ".");
        long dots = name.chars().filter(c -> c == '.').count();
        return (dots >= ndots ? Stream.concat(itself, searched) : Stream.concat(searched, itself))
                .toList();
    }

    static String withoutLastDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /** Whether it may be asked for: also what a domain makes of a name can be too long. */
    static boolean isName(String text) {
        return Destination.of(text, 1)
                instanceof Parsed.Valid<Destination>(Destination.Name(String _, int _));
    }
}
