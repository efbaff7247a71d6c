package conduit.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8",
        "0.0.0.0/0, 0.0.0.0/0",
        "192.0.2.7, 192.0.2.7/32",
        "192.0.2.6/31, 192.0.2.6/31",
        "2001:DB8::/32, 2001:db8::/32",
        "::/0, ::/0",
        "::1, ::1/128",
        "64:ff9b:1::/48, 64:ff9b:1::/48",
    })
    void readsANetworkOrOneAddress(String text, String shortest) {
        assertThat(Network.parse(text))
                .isInstanceOfSatisfying(
                        Parsed.Valid.class,
                        parsed -> assertThat(parsed.value()).hasToString(shortest));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1/8, its address has bits set behind the prefix",
        "2001:db8::1/127, its address has bits set behind the prefix",
        "128.0.0.0/0, its address has bits set behind the prefix",
        "10.0.0.0/33, its prefix is not 0 to 32",
        "::/129, its prefix is not 0 to 128",
        "10.0.0.0/, its prefix is not 0 to 32",
        "10.0.0.0/08, its prefix is not 0 to 32",
        "10.0.0.0/-1, its prefix is not 0 to 32",
        "10.0.0.0/8/8, its prefix is not 0 to 32",
        "10/8, its address is not an IP address",
        "example.com, its address is not an IP address",
        "[::1]/128, its address is not an IP address",
        "'', its address is not an IP address",
    })
    void refusesWhatIsNone(String text, String why) {
        assertThat(Network.parse(text)).isEqualTo(Parsed.invalid(why));
    }

    @Test
    void isNeverBuiltFromAnAddressInsideIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Network(InetAddress.ofLiteral("10.0.0.1"), 8));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Network(InetAddress.ofLiteral("10.0.0.0"), 33));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 32, 192.0.2.7/32",
        "192.0.2.255, 25, 192.0.2.128/25",
        "255.255.255.255, 0, 0.0.0.0/0",
        "2001:db8:1:2:3:4:5:6, 64, 2001:db8:1:2::/64",
        "2001:db8:1:ff:3:4:5:6, 57, 2001:db8:1:80::/57",
        "2001:db8::6, 128, 2001:db8::6/128",
    })
    void isFoundAroundAnAddress(String text, int prefix, String network) {
        InetAddress address = InetAddress.ofLiteral(text);
        assertThat(Network.around(address, prefix))
                .hasToString(network)
                .matches(found -> found.contains(address));
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.7, 33", "192.0.2.7, -1", "::1, 129"})
    void isNotFoundWhereAnAddressHasNoSuchBits(String text, int prefix) {
        InetAddress address = InetAddress.ofLiteral(text);
        assertThatIllegalArgumentException().isThrownBy(() -> Network.around(address, prefix));
    }
}
