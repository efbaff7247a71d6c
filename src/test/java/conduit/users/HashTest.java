package conduit.users;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Parsed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HashTest {

    private static final String BCRYPT_REST =
            "$04$qKUB/ph7sjZJV3bd0JQNcOauz0ZpFGtgJgtfeDfPL9O/kMQY3ktHu";

    private static final String SHA256 = "$5$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.";

    private static final String SHA512 =
            "$6$abcdefgh$ltjgWl6579NluT/Vi1nwEvcil.G5Nbc4NiXZaNGStk8PSwGfQv72N2CKPPrVACtLtip/cZ"
                    + "/1GM/O6IND4WQhG.";

    private static final String SHA512_1000 =
            "$6$rounds=1000$XonKbWkpHkpHJ2lO$hXbA4UXsBbfpP4b5j1r.bsBAyn2H3.tOhyHydO09r"
                    + "/I4iv15GvjSIkTDh6orVbokE9PNuFKSEo8BxIFMWDtU.0";

    /** Made by htpasswd 2.4 and OpenSSL 3.0, of the password "secret". */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "$2y" + BCRYPT_REST,
                "$2a" + BCRYPT_REST,
                "$2b" + BCRYPT_REST,
                "$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/",
                SHA256,
                SHA512,
                SHA512_1000
            })
    void knowsThePasswordOfEachScheme(String text) {
        Hash hash = hash(text);
        assertThat(hash.matches("secret".getBytes(UTF_8))).isTrue();
        assertThat(hash.matches("Secret".getBytes(UTF_8))).isFalse();
        assertThat(hash.matches("secret ".getBytes(UTF_8))).isFalse();
        assertThat(hash.matches(new byte[0])).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "''; there is no password behind the colon",
                "secret; plain text or crypt(3)",
                "aIgmpOgBMR6ig; plain text or crypt(3)",
                "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=; SHA-1 without salt",
                "$1$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1; of another scheme",
                "$2x" + BCRYPT_REST + "; of another scheme",
                "$2y" + BCRYPT_REST + "x; broken",
                "$2y$18$qKUB/ph7sjZJV3bd0JQNcOauz0ZpFGtgJgtfeDfPL9O/kMQY3ktHu; cost is not 4 to 17",
                "$2y$03$qKUB/ph7sjZJV3bd0JQNcOauz0ZpFGtgJgtfeDfPL9O/kMQY3ktHu; cost is not 4 to 17",
                "$5$rounds=999$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.; broken",
                "$5$rounds=1000001$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.; rounds",
                "$5$rounds=999999999$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.; rounds",
                SHA256 + ":comment; broken",
            })
    void saysWhyItTakesNoOther(String text, String why) {
        assertThat(Hash.parse(text))
                .isInstanceOfSatisfying(
                        Parsed.Invalid.class,
                        invalid ->
                                assertThat(invalid.why())
                                        .contains(why)
                                        .doesNotContain("secret", "abcdefgh", "aIgmp", "5en6G6"));
    }

    @Test
    void makesABcryptHashThatItKnowsAgain() {
        byte[] password = "p\u00e4ss w\u00f6rd".getBytes(UTF_8);
        String made = Hash.make(4, password.clone());
        assertThat(made).startsWith("$2y$04$");
        assertThat(hash(made).matches(password)).isTrue();
        assertThat(made).isNotEqualTo(Hash.make(4, password));
    }

    @Test
    void looksAtTheFirst72BytesForBcryptAsEverybodyDoes() {
        byte[] password = "x".repeat(72).getBytes(UTF_8);
        String made = Hash.make(4, password.clone());
        assertThat(hash(made).matches("x".repeat(200).getBytes(UTF_8))).isTrue();
        assertThat(hash(made).matches("x".repeat(71).getBytes(UTF_8))).isFalse();
    }

    @Test
    void showsNothingOfItself() {
        assertThat(hash(SHA256)).hasToString("SHA256");
    }

    static Hash hash(String text) {
        return switch (Hash.parse(text)) {
            case Parsed.Valid<Hash>(Hash hash) -> hash;
            case Parsed.Invalid<Hash>(String why) -> throw new AssertionError(why);
        };
    }
}
