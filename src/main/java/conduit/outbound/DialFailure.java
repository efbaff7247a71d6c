package conduit.outbound;

import conduit.address.IpLiteral;
import conduit.transport.ConnectError;
import conduit.transport.Errno;
import conduit.tunnel.Party;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Why one address could not be connected to, and by whose doing if not by the usual one's. Of the
 * failures of a dial one is told, the one that says most: an answer says more than silence, and one
 * from farther away more than one from nearby (decision 0013).
 *
 * @param told all that the client is told, where that is not the detail
 */
record DialFailure(
        Refusal refusal,
        Optional<Party> by,
        Optional<Errno> errno,
        String detail,
        Optional<String> told) {

    /** The most telling first; what nobody but our operator can mend comes before the rest. */
    private static final List<Refusal> BY_TELLING =
            List.of(
                    Refusal.WOULD_LOOP,
                    Refusal.DENIED_BY_RULE,
                    Refusal.GUARDED_ADDRESS,
                    Refusal.OUT_OF_DESCRIPTORS,
                    Refusal.CONNECTION_REFUSED,
                    Refusal.CONNECT_FAILED,
                    Refusal.HOST_UNREACHABLE,
                    Refusal.CONNECT_TIMED_OUT,
                    Refusal.NETWORK_UNREACHABLE);

    private DialFailure(Refusal refusal, Optional<Party> by, Optional<Errno> errno, String detail) {
        this(refusal, by, errno, detail, Optional.empty());
    }

    /** The kernel said why. */
    static DialFailure of(InetSocketAddress address, ConnectError error) {
        Refusal refusal = error.errno().map(DialFailure::refusal).orElse(Refusal.CONNECT_FAILED);
        String reason = error.errno().map(DialFailure::reason).orElse(error.text());
        return new DialFailure(refusal, Optional.empty(), error.errno(), detail(address, reason));
    }

    /** Nobody answered while we waited. */
    static DialFailure silence(InetSocketAddress address, String reason) {
        return new DialFailure(
                Refusal.CONNECT_TIMED_OUT,
                Optional.empty(),
                Optional.empty(),
                detail(address, reason));
    }

    /** It is one of our own listeners. */
    static DialFailure loop(InetSocketAddress address) {
        String detail = IpLiteral.withPort(address) + " is a listener of conduit itself";
        return new DialFailure(Refusal.WOULD_LOOP, Optional.empty(), Optional.empty(), detail);
    }

    /** The policy does not let it be dialled. */
    static DialFailure forbidden(Refused refused) {
        return new DialFailure(
                refused.refusal(),
                Optional.of(refused.by()),
                Optional.empty(),
                refused.detail(),
                Optional.of(refused.told()));
    }

    private static String detail(InetSocketAddress address, String reason) {
        return "connect to " + IpLiteral.withPort(address) + ": " + reason;
    }

    private static Refusal refusal(Errno errno) {
        return switch (errno) {
            // A reset in the middle of connecting is a refusal that came late.
            case ECONNREFUSED, ECONNRESET, ECONNABORTED, EPIPE -> Refusal.CONNECTION_REFUSED;
            case ETIMEDOUT -> Refusal.CONNECT_TIMED_OUT;
            case ENETUNREACH, ENETDOWN, EAFNOSUPPORT -> Refusal.NETWORK_UNREACHABLE;
            case EHOSTUNREACH, EHOSTDOWN, ENONET -> Refusal.HOST_UNREACHABLE;
            case EMFILE, ENFILE -> Refusal.OUT_OF_DESCRIPTORS;
            case EPERM,
                    EACCES,
                    EINVAL,
                    EADDRINUSE,
                    EADDRNOTAVAIL,
                    ENOMEM,
                    ENOBUFS,
                    EPROTO,
                    ENOPROTOOPT,
                    EOPNOTSUPP ->
                    Refusal.CONNECT_FAILED;
        };
    }

    private static String reason(Errno errno) {
        return switch (errno) {
            case ECONNREFUSED -> "connection refused";
            case ECONNRESET, ECONNABORTED, EPIPE -> "connection reset";
            case ETIMEDOUT -> "no answer";
            case ENETUNREACH -> "no route to its network";
            case ENETDOWN -> "the network is down";
            case EAFNOSUPPORT -> "this machine does not have its address family";
            case EHOSTUNREACH -> "no route to it";
            case EHOSTDOWN, ENONET -> "a router says that it is not there";
            case EMFILE, ENFILE -> "no file descriptor left";
            case EPERM, EACCES -> "forbidden by a firewall or a route";
            case EINVAL -> "no address that can be dialled, or its route is a black hole";
            case EADDRINUSE, EADDRNOTAVAIL ->
                    "no local port left, or the address to dial from is gone";
            case ENOMEM, ENOBUFS -> "the kernel has no memory left";
            case EPROTO, ENOPROTOOPT, EOPNOTSUPP -> "a router says that it does not speak TCP";
        };
    }

    /** It came at once, so it is this machine that has no route, and nobody on the way. */
    DialFailure saidHere() {
        boolean route =
                refusal == Refusal.NETWORK_UNREACHABLE || refusal == Refusal.HOST_UNREACHABLE;
        return route ? new DialFailure(refusal, Optional.of(Party.US), errno, detail) : this;
    }

    /** Whether it says more about why a destination was not reached. */
    boolean tellsMoreThan(DialFailure other) {
        return BY_TELLING.indexOf(refusal) < BY_TELLING.indexOf(other.refusal);
    }

    /** The failure of the dial, in which so many other addresses failed as well. */
    Refused refused(int others) {
        String more =
                switch (others) {
                    case 0 -> "";
                    case 1 -> "; 1 other address failed too";
                    default -> "; " + others + " other addresses failed too";
                };
        Refused all = Refused.of(refusal, detail + more).withErrno(errno.map(Errno::name));
        Refused usual = told.map(all::telling).orElse(all);
        return by.map(usual::by).orElse(usual);
    }
}
