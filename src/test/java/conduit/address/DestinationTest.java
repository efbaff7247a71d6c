package conduit.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationTest {

    private static final String LABEL_OF_63 = "a".repeat(63);

    @ParameterizedTest
    @CsvSource({
        "example.com:80, example.com, 80",
        "EXAMPLE.Com:443, example.com, 443",
        "example.com.:1, example.com., 1",
        "_srv.a-b.example:65535, _srv.a-b.example, 65535",
        "localhost:8080, localhost, 8080",
        "xn--bcher-kva.example:80, xn--bcher-kva.example, 80",
    })
    void readsANameInLowerCase(String text, String name, int port) {
        assertThat(Destination.parse(text))
                .isEqualTo(Parsed.valid(new Destination.Name(name, port)));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1:80, 192.0.2.1, 80",
        "[2001:db8::1]:443, 2001:db8::1, 443",
        "[::ffff:192.0.2.1]:443, 192.0.2.1, 443",
    })
    void readsAnAddress(String text, String address, int port) {
        assertThat(Destination.parse(text))
                .isEqualTo(
                        Parsed.valid(
                                new Destination.Address(
                                        IpLiteral.parse(address).orElseThrow(), port)));
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, the port is missing",
        "example.com:, the port is missing",
        "[::1], the port is missing",
        "example.com:0, the port must be 1 to 65535",
        "example.com:65536, the port is over 65535",
        ":80, the host is missing",
        "::1:80, an IPv6 address needs brackets",
        "[192.0.2.1]:80, only an IPv6 address may stand in brackets",
        "[example.com]:80, only an IPv6 address may stand in brackets",
        "[fe80::1%eth0]:80, the host is neither a name nor an address",
        "[g::1]:80, the host is neither a name nor an address",
        "exa mple:80, the host is neither a name nor an address",
        "a..b:80, the host is neither a name nor an address",
        ".a:80, the host is neither a name nor an address",
        "a..:80, the host is neither a name nor an address",
        ".:80, the host is neither a name nor an address",
        "b\u00fccher.example:80, the host is neither a name nor an address",
        "user@example.com:80, the host is neither a name nor an address",
        "a/b:80, the host is neither a name nor an address",
    })
    void saysWhatIsWrong(String text, String why) {
        assertThat(Destination.parse(text)).isEqualTo(Parsed.invalid(why));
    }

    @Test
    void takesTheDefaultPortOnlyWhereTheTextNamesNone() {
        assertThat(Destination.parse("a", 80))
                .isEqualTo(Parsed.valid(new Destination.Name("a", 80)));
        assertThat(Destination.parse("a:", 80))
                .isEqualTo(Parsed.valid(new Destination.Name("a", 80)));
        assertThat(Destination.parse("a:81", 80))
                .isEqualTo(Parsed.valid(new Destination.Name("a", 81)));
        assertThat(Destination.parse("a:0", 80))
                .isEqualTo(Parsed.invalid("the port must be 1 to 65535"));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65_536, Integer.MAX_VALUE})
    void refusesAPortThatCannotBeDialled(int port) {
        assertThat(Destination.of("a", port))
                .isEqualTo(Parsed.invalid("the port must be 1 to 65535"));
    }

    @Test
    void boundsTheLengthOfLabelsAndNames() {
        String longest = (LABEL_OF_63 + ".").repeat(3) + "a".repeat(61);
        assertThat(longest).hasSize(Destination.LONGEST_NAME);
        assertThat(Destination.of(longest, 80)).isInstanceOf(Parsed.Valid.class);
        assertThat(Destination.of(longest + ".", 80)).isInstanceOf(Parsed.Valid.class);
        assertThat(Destination.of(longest + "a", 80)).isInstanceOf(Parsed.Invalid.class);
        assertThat(Destination.of(LABEL_OF_63, 80)).isInstanceOf(Parsed.Valid.class);
        assertThat(Destination.of(LABEL_OF_63 + "a", 80)).isInstanceOf(Parsed.Invalid.class);
        assertThat(Destination.of("", 80)).isInstanceOf(Parsed.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "010.0.0.1",
                "256.1.1.1",
                "1.2.3",
                "1.2.3.4.",
                "2130706433",
                "0x7f.1",
                "a.0X"
            })
    void takesNeitherForANameNorForAnAddressWhatSystemsReadInDifferentWays(String host) {
        assertThat(Destination.of(host, 80))
                .isEqualTo(Parsed.invalid("the host is neither a name nor an address"));
    }

    @RepeatedTest(8)
    void readsBackWhateverItWrites() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            Destination destination = randomDestination(random);
            assertThat(Destination.parse(destination.toString()))
                    .as("seed %d, %s", seed, destination)
                    .isEqualTo(Parsed.valid(destination));
        }
    }

    private static Destination randomDestination(Random random) {
        int port = 1 + random.nextInt(65_535);
        return switch (random.nextInt(3)) {
            case 0 -> new Destination.Address(IpLiteral.ofBytes(randomBytes(random, 4)), port);
            case 1 -> new Destination.Address(IpLiteral.ofBytes(randomBytes(random, 16)), port);
            default -> new Destination.Name(randomName(random), port);
        };
    }

    private static byte[] randomBytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Every label begins with a letter, so that it never is an address or like one. */
    private static String randomName(Random random) {
        String characters = "abcdefghijklmnopqrstuvwxyz0123456789-_";
        StringBuilder name = new StringBuilder();
        int labels = 1 + random.nextInt(4);
        for (int label = 0; label < labels; label++) {
            name.append(label == 0 ? "n" : ".n");
            random.ints(1 + random.nextInt(40), 0, characters.length())
                    .forEach(at -> name.append(characters.charAt(at)));
        }
        return name.toString();
    }
}
