package conduit.policy;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.IpLiteral;
import conduit.address.Network;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NetworkTreeTest {

    private static final int ROUNDS = 1_000;
    private static final int ADDRESSES = 100;

    /** Few bits are random, so that networks lie within each other and addresses within them. */
    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
        if (random.nextInt(4) == 0) {
            random.nextBytes(bytes);
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        }
        return bytes;
    }

    private static Network network(Random random) {
        byte[] bytes = bytes(random);
        int prefix = random.nextInt(bytes.length * Byte.SIZE + 1);
        for (int bit = prefix; bit < bytes.length * Byte.SIZE; bit++) {
            bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >> bit % Byte.SIZE);
        }
        return new Network(IpLiteral.ofBytes(bytes), prefix);
    }

    @Test
    void findsWhatTheOracleFinds() {
        long seed = Long.getLong("e2e.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            List<Network> networks =
                    IntStream.range(0, random.nextInt(30)).mapToObj(_ -> network(random)).toList();
            List<IPAddress> oracle =
                    networks.stream()
                            .map(network -> new IPAddressString(network.toString()).getAddress())
                            .map(IPAddress::toPrefixBlock)
                            .toList();
            NetworkTree tree = NetworkTree.of(networks);
            for (int i = 0; i < ADDRESSES; i++) {
                InetAddress address = IpLiteral.ofBytes(bytes(random));
                IPAddress other = new IPAddressString(address.getHostAddress()).getAddress();
                List<Network> expected =
                        IntStream.range(0, networks.size())
                                .filter(at -> oracle.get(at).contains(other))
                                .mapToObj(networks::get)
                                .toList();
                assertThat(around(tree, address))
                        .as("seed %d, %s in %s", seed, address, networks)
                        .hasSize((int) expected.stream().distinct().count())
                        .hasSameElementsAs(expected);
            }
        }
    }

    private static List<Network> around(NetworkTree tree, InetAddress address) {
        Bits bits = Bits.of(address);
        List<Network> around = new ArrayList<>();
        for (int node = tree.smallest(bits.high(), bits.low());
                node != NetworkTree.NONE;
                node = tree.parent(node)) {
            around.add(tree.networks().get(node));
        }
        return around;
    }

    @Test
    void keepsTheFamiliesApart() {
        NetworkTree everythingIpv6 = NetworkTree.of(List.of(Networks.of("::/0")));
        Bits ipv4 = Bits.of(Networks.address("192.0.2.1"));
        assertThat(everythingIpv6.holds(ipv4.high(), ipv4.low())).isFalse();
        NetworkTree everythingIpv4 = NetworkTree.of(List.of(Networks.of("0.0.0.0/0")));
        Bits ipv6 = Bits.of(Networks.address("2001:db8::1"));
        assertThat(everythingIpv4.holds(ipv6.high(), ipv6.low())).isFalse();
        assertThat(everythingIpv4.holds(ipv4.high(), ipv4.low())).isTrue();
    }

    @Test
    void takesAMappedAddressForTheIpv4AddressItIs() throws Exception {
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        mapped[12] = 10;
        Bits bits = Bits.of(Inet6Address.getByAddress(null, mapped, -1));
        assertThat(bits).isEqualTo(Bits.of(Networks.address("10.0.0.0")));
        assertThat(
                        NetworkTree.of(List.of(Networks.of("10.0.0.0/8")))
                                .holds(bits.high(), bits.low()))
                .isTrue();
    }

    @Test
    void findsWhatIsAroundANetwork() {
        NetworkTree tree =
                NetworkTree.of(
                        List.of(
                                Networks.of("10.0.0.0/8"),
                                Networks.of("10.1.0.0/16"),
                                Networks.of("10.1.2.0/24")));
        assertThat(tree.networks().get(tree.around(Networks.of("10.1.2.0/25"))))
                .isEqualTo(Networks.of("10.1.2.0/24"));
        assertThat(tree.networks().get(tree.around(Networks.of("10.1.2.0/24"))))
                .isEqualTo(Networks.of("10.1.2.0/24"));
        assertThat(tree.networks().get(tree.around(Networks.of("10.1.0.0/20"))))
                .isEqualTo(Networks.of("10.1.0.0/16"));
        assertThat(tree.around(Networks.of("10.0.0.0/7"))).isEqualTo(NetworkTree.NONE);
    }
}
