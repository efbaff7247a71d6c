package conduit.doctor.look;

import conduit.address.IpLiteral;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads {@code /proc/net/tcp} and {@code tcp6} (proc_pid_net(5)). Pure. */
public final class SocketTable {

    /** TCP_ESTABLISHED and TCP_LISTEN of the kernel's tcp_states.h. */
    private static final int ESTABLISHED = 1;

    private static final int LISTEN = 10;

    private static final Pattern LINE =
            Pattern.compile(
                    " *\\d+: ([0-9A-F]+):([0-9A-F]{4}) ([0-9A-F]+):([0-9A-F]{4}) ([0-9A-F]{2})"
                            + "(?: +\\S+){5} +(\\d+).*");

    private SocketTable() {}

    /** A line; an IPv4 address in the table of IPv6 is the IPv4 address. */
    public record Entry(InetSocketAddress local, InetSocketAddress remote, int state, long inode) {

        /** Whether it waits for connections. */
        public boolean listens() {
            return state == LISTEN;
        }

        /** Whether it is a connection. */
        public boolean established() {
            return state == ESTABLISHED;
        }
    }

    /** The entries among some lines. */
    public static List<Entry> read(Stream<String> lines) {
        return lines.map(LINE::matcher).filter(Matcher::matches).map(SocketTable::entry).toList();
    }

    private static Entry entry(Matcher line) {
        return new Entry(
                address(line.group(1), line.group(2)),
                address(line.group(3), line.group(4)),
                Integer.parseInt(line.group(5), 16),
                Long.parseLong(line.group(6)));
    }

    /** Words of 32 bits, each in the machine's own byte order: least significant byte first. */
    private static InetSocketAddress address(String hexadecimal, String port) {
        byte[] bytes = HexFormat.of().parseHex(hexadecimal);
        byte[] inOrder = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            inOrder[i] = bytes[i ^ 3];
        }
        InetAddress address = IpLiteral.ofBytes(inOrder);
        return new InetSocketAddress(address, Integer.parseInt(port, 16));
    }
}
