package conduit.address;

import io.netty.util.NetUtil;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;

/**
 * All addresses that begin with the same bits (RFC 4632, section 3.1; RFC 4291, section 2.3).
 *
 * @param first the lowest of them: the bits behind the prefix are zero
 * @param prefix how many bits they share
 */
public record Network(InetAddress first, int prefix) {

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException when the prefix is longer than the address, or bits behind
     *     it are set
     */
    public Network {
        if (prefix < 0 || prefix > bits(first) || hasBitsBehind(first, prefix)) {
            throw new IllegalArgumentException("no network: " + first + "/" + prefix);
        }
    }

    /** Reads {@code address/prefix}; an address alone is a network of one. */
    public static Parsed<Network> parse(String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> address =
                IpLiteral.parse(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty()) {
            return Parsed.invalid("its address is not an IP address");
        }
        int longest = bits(address.get());
        String prefix = slash < 0 ? Integer.toString(longest) : text.substring(slash + 1);
        if (!prefix.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(prefix) > longest) {
            return Parsed.invalid("its prefix is not 0 to " + longest);
        }
        return hasBitsBehind(address.get(), Integer.parseInt(prefix))
                ? Parsed.invalid("its address has bits set behind the prefix")
                : Parsed.valid(new Network(address.get(), Integer.parseInt(prefix)));
    }

    /**
     * The network of this size that an address is in.
     *
     * @throws IllegalArgumentException when the prefix is longer than the address, or negative
     */
    public static Network around(InetAddress address, int prefix) {
        byte[] bytes = address.getAddress();
        if (prefix == bytes.length * Byte.SIZE) {
            return new Network(address, prefix);
        }
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.clamp(prefix - (long) i * Byte.SIZE, 0, Byte.SIZE);
            bytes[i] &= (byte) (0xff00 >> kept);
        }
        return new Network(IpLiteral.ofBytes(bytes), prefix);
    }

    /** Whether an address, of the same family, is in it. */
    public boolean contains(InetAddress address) {
        byte[] own = first.getAddress();
        byte[] other = address.getAddress();
        if (own.length != other.length) {
            return false;
        }
        int whole = prefix / Byte.SIZE;
        int rest = prefix % Byte.SIZE;
        return Arrays.equals(own, 0, whole, other, 0, whole)
                && (rest == 0 || (own[whole] ^ other[whole]) >> (Byte.SIZE - rest) == 0);
    }

    /** The highest of its addresses. */
    public InetAddress last() {
        byte[] bytes = first.getAddress();
        for (int bit = prefix; bit < bits(first); bit++) {
            bytes[bit / Byte.SIZE] |= (byte) (0x80 >> bit % Byte.SIZE);
        }
        return IpLiteral.ofBytes(bytes);
    }

    /** Whether its addresses are of IPv4. */
    public boolean isIpv4() {
        return first instanceof Inet4Address;
    }

    private static int bits(InetAddress address) {
        return address.getAddress().length * Byte.SIZE;
    }

    private static boolean hasBitsBehind(InetAddress address, int prefix) {
        BigInteger number = new BigInteger(1, address.getAddress());
        return number.getLowestSetBit() >= 0 && number.getLowestSetBit() < bits(address) - prefix;
    }

    /** As {@link #parse} reads it, in the shortest form. */
    @Override
    public String toString() {
        return NetUtil.toAddressString(first) + "/" + prefix;
    }
}
