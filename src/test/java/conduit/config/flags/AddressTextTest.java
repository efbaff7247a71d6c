package conduit.config.flags;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.IpLiteral;
import conduit.address.Parsed;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressTextTest {

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:8080, 127.0.0.1, 8080",
        "0.0.0.0:65535, 0.0.0.0, 65535",
        "[::1]:1, ::1, 1",
        "[::]:8080, ::, 8080",
        "127.0.0.1:0, 127.0.0.1, 0",
        "[::ffff:192.0.2.1]:80, 192.0.2.1, 80",
    })
    void readsAnAddressAndPort(String text, String address, int port) {
        Parsed<InetSocketAddress> expected = Parsed.valid(address(address, port));
        assertThat(AddressText.toListenOn(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "'', the host is missing",
        ":8080, the host is missing",
        "127.0.0.1, the port is missing",
        "127.0.0.1:, the port is missing",
        "8080, the host is not an IP address",
        "localhost:8080, the host is not an IP address",
        "*:8080, the host is not an IP address",
        "127.0.0.01:80, the host is not an IP address",
        "[fe80::1%eth0]:80, the host is not an IP address",
        "[127.0.0.1]:80, only an IPv6 address may stand in brackets",
        "::1:80, an IPv6 address needs brackets",
        "127.0.0.1:65536, the port is over 65535",
        "127.0.0.1:-1, the port is not a number",
        "http://127.0.0.1:80, an IPv6 address needs brackets",
    })
    void saysWhatIsWrong(String text, String why) {
        assertThat(AddressText.toListenOn(text)).isEqualTo(Parsed.invalid(why));
    }

    @Test
    void readsAnAddressToDialFrom() {
        assertThat(AddressText.toDialFrom("192.0.2.7"))
                .isEqualTo(Parsed.valid(InetAddress.ofLiteral("192.0.2.7")));
        assertThat(AddressText.toDialFrom("2001:DB8::7"))
                .isEqualTo(Parsed.valid(InetAddress.ofLiteral("2001:db8::7")));
    }

    @ParameterizedTest
    @CsvSource({
        "'', it is not an IP address by itself",
        "eth0, it is not an IP address by itself",
        "192.0.2.7:0, it is not an IP address by itself",
        "192.0.2.7/24, it is not an IP address by itself",
        "[2001:db8::7], it is not an IP address by itself",
        "fe80::1%eth0, it is not an IP address by itself",
        "0.0.0.0, no machine has that address",
        "::, no machine has that address",
        "ff02::1, no machine has that address",
    })
    void saysWhyNothingIsDialledFromThere(String text, String why) {
        assertThat(AddressText.toDialFrom(text)).isEqualTo(Parsed.invalid(why));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.53, 192.0.2.53, 53",
        "192.0.2.53:5353, 192.0.2.53, 5353",
        "[2001:db8::53], 2001:db8::53, 53",
        "[2001:db8::53]:5353, 2001:db8::53, 5353",
    })
    void takesANameServerWithoutAPort(String text, String address, int port) {
        assertThat(AddressText.toAsk(text)).isEqualTo(Parsed.valid(address(address, port)));
    }

    @ParameterizedTest
    @CsvSource({
        "'', the host is missing",
        "dns.test, the host is not an IP address",
        "[192.0.2.53], only an IPv6 address may stand in brackets",
        "2001:db8::53, an IPv6 address needs brackets",
        "192.0.2.53:0, the port must be 1 to 65535",
        "192.0.2.53:x, the port is not a number",
    })
    void saysWhatIsWrongWithANameServer(String text, String why) {
        assertThat(AddressText.toAsk(text)).isEqualTo(Parsed.invalid(why));
    }

    private static InetSocketAddress address(String address, int port) {
        return new InetSocketAddress(IpLiteral.parse(address).orElseThrow(), port);
    }
}
