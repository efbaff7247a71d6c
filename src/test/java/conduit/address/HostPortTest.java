package conduit.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPortTest {

    @ParameterizedTest
    @CsvSource({
        "example.com:80, example.com, false, 80",
        "192.0.2.1:65535, 192.0.2.1, false, 65535",
        "192.0.2.1:0, 192.0.2.1, false, 0",
        "example.com:00080, example.com, false, 80",
        "[2001:db8::1]:443, 2001:db8::1, true, 443",
        "[::]:0, ::, true, 0",
        "[example.com]:80, example.com, true, 80",
        "a b:80, a b, false, 80",
    })
    void splitsAHostFromItsPort(String text, String host, boolean bracketed, int port) {
        assertThat(HostPort.parse(text))
                .isEqualTo(Parsed.valid(new HostPort(host, bracketed, OptionalInt.of(port))));
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, example.com, false",
        "example.com:, example.com, false",
        "192.0.2.1, 192.0.2.1, false",
        "[2001:db8::1], 2001:db8::1, true",
        "[2001:db8::1]:, 2001:db8::1, true",
        "a]b, a]b, false",
    })
    void takesATextWithoutAPort(String text, String host, boolean bracketed) {
        assertThat(HostPort.parse(text))
                .isEqualTo(Parsed.valid(new HostPort(host, bracketed, OptionalInt.empty())));
    }

    @ParameterizedTest
    @CsvSource({
        "'', the host is missing",
        ":, the host is missing",
        ":80, the host is missing",
        "[], the host is missing",
        "[]:80, the host is missing",
        "[::1, the closing bracket is missing",
        "[::1:80, the closing bracket is missing",
        "[::1]80, only a port may follow the closing bracket",
        "[::1]]:80, only a port may follow the closing bracket",
        "::1, an IPv6 address needs brackets",
        "2001:db8::1:443, an IPv6 address needs brackets",
        "example.com:80:90, an IPv6 address needs brackets",
        "example.com:http, the port is not a number",
        "example.com:-1, the port is not a number",
        "example.com:+80, the port is not a number",
        "'example.com:80 ', the port is not a number",
        "example.com:8/, the port is not a number",
        "example.com:\u0668\u0660, the port is not a number",
        "example.com:65536, the port is over 65535",
        "example.com:4294967376, the port is over 65535",
        "example.com:99999999999999999999, the port is over 65535",
    })
    void saysWhatIsWrong(String text, String why) {
        assertThat(HostPort.parse(text)).isEqualTo(Parsed.invalid(why));
    }

    @Test
    void readsEveryPort() {
        for (int port = 0; port <= 65_535; port++) {
            assertThat(HostPort.parse("h:" + port))
                    .isEqualTo(Parsed.valid(new HostPort("h", false, OptionalInt.of(port))));
        }
    }
}
