package conduit.address;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Reads addresses written as numbers, and writes them so that a port can follow. */
public final class IpLiteral {

    private IpLiteral() {}

    /**
     * The address that a text spells, or empty when it is none: four decimal numbers without
     * leading zeros (which some systems read as octal), or IPv6 as in RFC 4291, section 2.2,
     * without brackets and without a zone. An IPv4-mapped IPv6 address is the IPv4 address.
     */
    public static Optional<InetAddress> parse(String text) {
        boolean v6 = text.indexOf(':') >= 0;
        if (v6 ? text.indexOf('%') >= 0 || text.indexOf('[') >= 0 : !isDottedQuad(text)) {
            return Optional.empty();
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        return bytes == null ? Optional.empty() : Optional.of(ofBytes(bytes));
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

    private static boolean isDottedQuad(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '.' && (c < '0' || c > '9')) {
                return false;
            }
            boolean startsNumber = i == 0 || text.charAt(i - 1) == '.';
            boolean moreDigits = i + 1 < text.length() && text.charAt(i + 1) != '.';
            if (c == '0' && startsNumber && moreDigits) {
                return false;
            }
        }
        return true;
    }
}
