package conduit.doctor.look;

import conduit.doctor.look.Listening.Transparency;
import conduit.doctor.rules.Family;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What ss(8) tells of a listening socket and {@code /proc} does not: whether it is transparent, and
 * whether one of IPv6 leaves IPv4 alone.
 */
record SocketOptions(Transparency transparency, Set<Family> ofWildcard6) {

    /** Without ss. By default a socket of IPv6 takes IPv4 too (ipv6(7)). */
    static final SocketOptions UNKNOWN =
            new SocketOptions(Transparency.UNKNOWN, Set.of(Family.values()));

    private static final Pattern INODE = Pattern.compile("\\bino:(\\d+)");
    private static final Pattern OPTIONS = Pattern.compile("inet-sockopt: \\(([^)]*)\\)");
    private static final Pattern TRANSPARENT = Pattern.compile("\\btransparent\\b");

    /** Reads {@code ss -HtlneO --inet-sockopt}; by inode. */
    static Map<Long, SocketOptions> read(String said) {
        Map<Long, SocketOptions> all = new HashMap<>();
        for (String line : said.lines().toList()) {
            Matcher inode = INODE.matcher(line);
            if (inode.find()) {
                all.put(Long.parseLong(inode.group(1)), ofLine(line));
            }
        }
        return all;
    }

    private static SocketOptions ofLine(String line) {
        Matcher options = OPTIONS.matcher(line);
        Transparency transparency =
                !options.find()
                        ? Transparency.UNKNOWN
                        : TRANSPARENT.matcher(options.group(1)).find()
                                ? Transparency.TRANSPARENT
                                : Transparency.NOT_TRANSPARENT;
        return new SocketOptions(
                transparency,
                line.contains("v6only:1") ? Set.of(Family.IPV6) : Set.of(Family.values()));
    }

    /** The socket with these options. */
    Listening of(SocketTable.Entry entry, Optional<Owner> owner) {
        InetAddress address = entry.local().getAddress();
        boolean wildcard6 = address.isAnyLocalAddress() && Family.of(address) == Family.IPV6;
        return new Listening(
                address,
                entry.local().getPort(),
                wildcard6 ? ofWildcard6 : Set.of(Family.of(address)),
                transparency,
                owner);
    }
}
