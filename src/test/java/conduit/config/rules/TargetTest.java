package conduit.config.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import conduit.address.Parsed;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

    @ParameterizedTest
    @CsvSource({
        "*, *",
        "10.0.0.0/8, 10.0.0.0/8",
        "::ffff:10.0.0.1, 10.0.0.1/32",
        "2001:DB8::/32, 2001:db8::/32",
        "Example.COM, example.com",
        "example.com., example.com",
        ".Example.COM., .example.com",
        ".com, .com",
        "_srv.a-b.example, _srv.a-b.example",
        "XN--BCHER-KVA.example, xn--bcher-kva.example",
        "b\u00fccher.example, xn--bcher-kva.example",
        "B\u00dcCHER\u3002example, xn--bcher-kva.example",
        "\uff45xample.com, example.com",
    })
    void readsEachNameInItsOneForm(String text, String canonical) {
        assertThat(Target.parse(text))
                .isInstanceOfSatisfying(
                        Parsed.Valid.class,
                        valid -> assertThat(valid.value()).hasToString(canonical));
        assertThat(Target.parse(canonical)).isEqualTo(Target.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..a",
                "a..b",
                "*.a",
                "a/b",
                "a:80",
                "::1%eth0",
                "127.1",
                "0x7f.1",
                "017700000001",
                "2130706433",
                "\uff11\uff12\uff17.0.0.1",
                "fa\u00df.example",
                "a\u200db.example",
                "a b",
                "\u0378.example",
            })
    void readsNothingThatCouldMeanTwoThings(String text) {
        assertThat(Target.parse(text)).isInstanceOf(Parsed.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Example.com",
                "example.com.",
                ".example.com",
                "b\u00fccher.example",
                "",
                "10.0.0.1"
            })
    void refusesNamesInAnotherForm(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Target.Named(name));
        assertThatIllegalArgumentException().isThrownBy(() -> new Target.Under(name));
    }
}
