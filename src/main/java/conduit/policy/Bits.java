package conduit.policy;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteOrder;

/**
 * The 128 bits of an address; an IPv4 address as the IPv4-mapped one (RFC 4291, section 2.5.5.2),
 * which is the same address wherever it comes from. Most methods take the two halves, so that a
 * decision makes no object.
 */
record Bits(long high, long low) {

    /** How many bits come before those of an IPv4 address. */
    static final int BEFORE_IPV4 = 96;

    private static final long MAPPED = 0xffff_0000_0000L;
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Makes no object that lasts, but the copy of its bytes that the JDK gives of IPv6. */
    static Bits of(InetAddress address) {
        long high = 0;
        long low;
        if (address instanceof Inet4Address ipv4) {
            low = mapped(ipv4(ipv4.getAddress()));
        } else {
            byte[] bytes = address.getAddress();
            high = (long) LONGS.get(bytes, 0);
            low = (long) LONGS.get(bytes, Long.BYTES);
        }
        return new Bits(high, low);
    }

    /** Byte by byte: read as an int, the array could not be left out by the compiler. */
    private static int ipv4(byte[] bytes) {
        return (bytes[0] << 24)
                | ((bytes[1] & 0xff) << 16)
                | ((bytes[2] & 0xff) << 8)
                | (bytes[3] & 0xff);
    }

    /** The lower half of an IPv4 address; the higher is zero. */
    static long mapped(int ipv4) {
        return MAPPED | Integer.toUnsignedLong(ipv4);
    }

    static boolean areIpv4(long high, long low) {
        return high == 0 && low >>> Integer.SIZE == MAPPED >>> Integer.SIZE;
    }
}
