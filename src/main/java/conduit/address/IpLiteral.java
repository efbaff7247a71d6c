package conduit.address;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads addresses written as numbers, and writes them so that a port can follow. */
public final class IpLiteral {

    private static final String DOTTED_QUAD =
            "(?:(?:0|[1-9][0-9]{0,2})\\.){3}(?:0|[1-9][0-9]{0,2})";

    /** What the JDK may judge at all: ASCII digits only, no octal, no zone, no brackets. */
    private static final Pattern FORM =
            Pattern.compile(
                    DOTTED_QUAD
                            + "|(?:[0-9a-fA-F]{0,4}:){2,8}(?:[0-9a-fA-F]{0,4}|"
                            + DOTTED_QUAD
                            + ")");

    private IpLiteral() {}

    /**
     * The address that a text spells, or empty when it is none: four decimal numbers without
     * leading zeros (which some systems read as octal), or IPv6 as in RFC 4291, section 2.2,
     * without brackets and without a zone. An IPv4-mapped IPv6 address is the IPv4 address.
     */
    public static Optional<InetAddress> parse(String text) {
        if (!FORM.matcher(text).matches()) {
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
