package conduit.doctor.look;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.doctor.look.Listening.Transparency;
import conduit.doctor.rules.Family;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Recorded lines of {@code /proc/net/tcp}, {@code tcp6} and ss. */
class SocketTableTest {

    private static final String HEADER =
            "  sl  local_address                         remote_address                        st"
                    + " tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

    private static final String LISTENER_6 =
            "   0: 00000000000000000000000000000000:1F91 00000000000000000000000000000000:0000 0A"
                    + " 00000000:00000000 00:00000000 00000000     0        0 133583508 1"
                    + " 0000000032c83131 100 0 0 10 0";

    private static final String MAPPED =
            "   1: 0000000000000000FFFF0000010200C0:01BB 0000000000000000FFFF0000020112C6:8F1A 01"
                    + " 00000000:00000000 00:00000000 00000000  1000        0 42 1 0 20 4 30 10 -1";

    @Test
    void readsAListenerWithItsInode() {
        SocketTable.Entry entry = SocketTable.read(Stream.of(HEADER, LISTENER_6)).getFirst();
        assertThat(entry.listens()).isTrue();
        assertThat(entry.local())
                .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("::"), 8081));
        assertThat(entry.inode()).isEqualTo(133583508);
    }

    @Test
    void readsAMappedAddressAsIpv4() {
        SocketTable.Entry entry = SocketTable.read(Stream.of(MAPPED)).getFirst();
        assertThat(entry.established()).isTrue();
        assertThat(entry.local())
                .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 443));
        assertThat(entry.remote().getAddress()).isEqualTo(InetAddress.ofLiteral("198.18.1.2"));
        assertThat(entry.inode()).isEqualTo(42);
    }

    @Test
    void learnsFromSsWhatProcDoesNotTell() {
        SocketOptions options =
                SocketOptions.read(
                                "LISTEN 0 128 *:8081 *:* ino:133583508 sk:2873 cgroup:/ v6only:0"
                                        + " <-> inet-sockopt: ( is_icsk mc_loop transparent)\n"
                                        + "LISTEN 0 128 127.0.0.1:82 0.0.0.0:* ino:133583509 sk:2872"
                                        + " cgroup:/ <-> inet-sockopt: ( is_icsk mc_loop mc_all)")
                        .getOrDefault(133583508L, SocketOptions.UNKNOWN);
        Listening listening =
                options.of(SocketTable.read(Stream.of(LISTENER_6)).getFirst(), Optional.empty());
        assertThat(listening.transparency()).isEqualTo(Transparency.TRANSPARENT);
        assertThat(listening.serves()).isEqualTo(Set.of(Family.IPV4, Family.IPV6));
    }
}
