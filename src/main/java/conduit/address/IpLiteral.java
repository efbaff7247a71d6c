package conduit.address;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads addresses written as numbers, and writes them so that a port can follow. */
public final class IpLiteral {

    private static final int BYTES_OF_IPV4 = 4;

    /** What the JDK may judge at all as IPv6: ASCII digits only, no octal, no zone, no brackets. */
    private static final Pattern IPV6 =
            Pattern.compile(
                    "(?:[0-9a-fA-F]{0,4}:){2,8}"
                            + "(?:[0-9a-fA-F]{0,4}"
                            + "|(?:(?:0|[1-9][0-9]{0,2})\\.){3}(?:0|[1-9][0-9]{0,2}))");

    private IpLiteral() {}

    /**
     * The address that a text spells, or empty when it is none: four decimal numbers without
     * leading zeros (which some systems read as octal), or IPv6 as in RFC 4291, section 2.2,
     * without brackets and without a zone. An IPv4-mapped IPv6 address is the IPv4 address.
     */
    public static Optional<InetAddress> parse(String text) {
        if (text.indexOf(':') < 0) {
            return ipv4(text);
        }
        if (!IPV6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            // Not with Netty's NetUtil, which reads ::192.0.2.1 as the IPv4 address 192.0.2.1
            // and refuses 64:ff9b::192.0.2.1.
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** By hand, since every request with a name comes here too. */
    private static Optional<InetAddress> ipv4(String text) {
        byte[] bytes = new byte[BYTES_OF_IPV4];
        int at = 0;
        for (int i = 0; i < BYTES_OF_IPV4; i++) {
            int start = at;
            int number = 0;
            while (at < text.length() && isDigit(text.charAt(at)) && number <= 0xff) {
                number = number * 10 + text.charAt(at) - '0';
                at++;
            }
            boolean padded = at - start > 1 && text.charAt(start) == '0';
            boolean ended = i + 1 < BYTES_OF_IPV4 ? text.startsWith(".", at) : at == text.length();
            if (at == start || padded || number > 0xff || !ended) {
                return Optional.empty();
            }
            bytes[i] = (byte) number;
            at++;
        }
        return Optional.of(ofBytes(bytes));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /**
     * The address with these 4 or 16 bytes, most significant first.
     *
     * @throws IllegalArgumentException for any other length
     */
    public static InetAddress ofBytes(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes", e);
        }
    }

    /** The address as it stands before a port: IPv6 in its shortest form (RFC 5952) in brackets. */
    public static String withoutPort(InetAddress address) {
        String text = NetUtil.toAddressString(address);
        return text.indexOf(':') < 0 ? text : "[" + text + "]";
    }

    /** A socket address as {@code host:port}; it must be resolved. */
    public static String withPort(InetSocketAddress address) {
        return withoutPort(address.getAddress()) + ":" + address.getPort();
    }
}
