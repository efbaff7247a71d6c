package conduit.config.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import conduit.address.Parsed;
import conduit.config.Fwmark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FwmarkTextTest {

    @ParameterizedTest
    @CsvSource({
        "1, 0x1",
        "42, 0x2a",
        "0x2a, 0x2a",
        "0X2A, 0x2a",
        "0x0000002a, 0x2a",
        "4294967295, 0xffffffff",
        "0xFFFFFFFF, 0xffffffff",
        "2147483648, 0x80000000",
    })
    void readsDecimalAndHexadecimal(String text, String mark) {
        assertThat(FwmarkText.parse(text))
                .isInstanceOfSatisfying(
                        Parsed.Valid.class, valid -> assertThat(valid.value()).hasToString(mark));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "0x0",
                "0x00000000",
                "4294967296",
                "9999999999",
                "99999999999",
                "0x100000000",
                "-1",
                "+1",
                "042",
                "2a",
                "0x",
                "0x2a/0xff",
                " 1",
                "1.0",
                ""
            })
    void refusesWhatIsNoMark(String text) {
        assertThat(FwmarkText.parse(text)).isInstanceOf(Parsed.Invalid.class);
    }

    @Test
    void hasNoMarkOfZero() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Fwmark(0));
    }
}
