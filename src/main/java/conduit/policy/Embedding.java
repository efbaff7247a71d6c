package conduit.policy;

import conduit.address.IpLiteral;
import conduit.address.Network;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of IPv6 address that lead to the IPv4 address in them. That of IPv4-mapped addresses is
 * none of them: {@link Bits} takes those for the IPv4 address.
 */
enum Embedding {
    /** RFC 4291, section 2.5.5.1. */
    COMPATIBLE(96, "::/96"),
    /** RFC 2765, section 2.1. */
    TRANSLATED(96, "::ffff:0:0:0/96"),
    /** RFC 6052, section 2.1. */
    NAT64(96, "64:ff9b::/96"),
    /** RFC 3056, section 2. */
    SIX_TO_FOUR(16, "2002::/16");

    private static final long LOW_OF_TRANSLATED = 0xffff_0000L;
    private static final long HIGH_OF_NAT64 = 0x0064_ff9b_0000_0000L;
    private static final long FIRST_OF_6TO4 = 0x2002L;

    private final int before;
    private final String prefix;

    Embedding(int before, String prefix) {
        this.before = before;
        this.prefix = prefix;
    }

    /**
     * The one that an address is of, if any. The unspecified and the loopback address of IPv6 are
     * just that (RFC 4291, sections 2.5.2 and 2.5.3).
     */
    static @Nullable Embedding of(long high, long low) {
        boolean unspecifiedOrLoopback = high == 0 && low >>> 1 == 0;
        return unspecifiedOrLoopback ? null : ofPrefix(high, low);
    }

    private static @Nullable Embedding ofPrefix(long high, long low) {
        if (high == 0) {
            long middle = low >>> Integer.SIZE;
            return middle == 0 ? COMPATIBLE : middle == LOW_OF_TRANSLATED ? TRANSLATED : null;
        }
        if (high == HIGH_OF_NAT64) {
            return low >>> Integer.SIZE == 0 ? NAT64 : null;
        }
        return high >>> (Long.SIZE - Short.SIZE) == FIRST_OF_6TO4 ? SIX_TO_FOUR : null;
    }

    /** The IPv4 address in an address of this kind. */
    int ipv4(long high, long low) {
        return (int) (this == SIX_TO_FOUR ? high >>> Short.SIZE : low);
    }

    /**
     * The IPv4 network that all addresses of a network lead into; none where it is larger than the
     * embedding itself.
     */
    static Optional<Network> innerOf(Network network) {
        if (network.isIpv4()) {
            return Optional.empty();
        }
        Bits first = Bits.of(network.first());
        Embedding embedding = ofPrefix(first.high(), first.low());
        if (embedding == null || network.prefix() < embedding.before) {
            return Optional.empty();
        }
        int ipv4 = embedding.ipv4(first.high(), first.low());
        InetAddress inner =
                IpLiteral.ofBytes(ByteBuffer.allocate(Integer.BYTES).putInt(ipv4).array());
        int bits = Math.min(network.prefix() - embedding.before, Integer.SIZE);
        return Optional.of(new Network(inner, bits));
    }

    /** The prefix of such addresses: {@code 2002::/16}. */
    String prefix() {
        return prefix;
    }
}
