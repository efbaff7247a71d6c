package conduit.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralTest {

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.0.0.0",
        "192.0.2.1, 192.0.2.1",
        "255.255.255.255, 255.255.255.255",
        "::, [::]",
        "::1, [::1]",
        "2001:DB8:0:0:0:0:0:1, [2001:db8::1]",
        "2001:db8::, [2001:db8::]",
        "1:2:3:4:5:6:7:8, [1:2:3:4:5:6:7:8]",
        "fe80::192.0.2.1, [fe80::c000:201]",
        "64:ff9b::192.0.2.1, [64:ff9b::c000:201]",
        "::192.0.2.1, [::c000:201]",
        "1:2:3:4:5:6:1.2.3.4, [1:2:3:4:5:6:102:304]",
        "1:2:3:4:5:6:7::, [1:2:3:4:5:6:7:0]",
        "2001:db8:0:1:1:1:1:1, [2001:db8:0:1:1:1:1:1]",
        "2001:db8:0:0:1:0:0:1, [2001:db8::1:0:0:1]",
        "::ffff:192.0.2.1, 192.0.2.1",
        "::ffff:c000:201, 192.0.2.1",
    })
    void readsWhatItWritesInItsShortestForm(String text, String written) {
        assertThat(IpLiteral.parse(text).map(IpLiteral::withoutPort)).hasValue(written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.",
                ".1.2.3",
                "1..2.3",
                "256.0.0.1",
                "01.2.3.4",
                "1.2.3.00",
                "0x7f.0.0.1",
                "2130706433",
                " 1.2.3.4",
                "1.2.3.4 ",
                "\u0661.2.3.4",
                ":",
                ":::",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "12345::",
                "g::1",
                "fe80::1%eth0",
                "fe80::1%",
                "[::1]",
                "::1]",
                "::ffff:256.0.0.1",
                "::ffff:192.0.2.01",
                "::ffff:192.0.2",
                "192.0.2.1::",
                "::192.0.2.1:1",
                "00001::1",
                "\u0661::1",
                "1:2:3:4:5:6:7::8",
                "1:2:3:4:5:6:7:1.2.3.4",
                ":1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:",
                " ::1",
            })
    void refusesWhatIsNoAddress(String text) {
        assertThat(IpLiteral.parse(text)).isEmpty();
    }

    @RepeatedTest(8)
    void readsBackWhateverItWrites() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            InetAddress address = randomAddress(random);
            String written = IpLiteral.withoutPort(address).replaceAll("[\\[\\]]", "");
            assertThat(IpLiteral.parse(written)).as("seed %d, %s", seed, written).hasValue(address);
            assertThat(InetAddress.ofLiteral(written)).as("seed %d", seed).isEqualTo(address);
        }
    }

    /** With many zeros, so that every place for "::" occurs. */
    private static InetAddress randomAddress(Random random) {
        byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
        random.nextBytes(bytes);
        for (int i = 0; i < bytes.length; i += 2) {
            if (random.nextBoolean()) {
                bytes[i] = 0;
                bytes[i + 1] = 0;
            }
        }
        return IpLiteral.ofBytes(bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5, 15, 17})
    void refusesAnyOtherNumberOfBytes(int length) {
        assertThatThrownBy(() -> IpLiteral.ofBytes(new byte[length]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an address has 4 or 16 bytes");
    }
}
