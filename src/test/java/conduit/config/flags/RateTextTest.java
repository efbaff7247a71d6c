package conduit.config.flags;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Parsed;
import conduit.config.Rate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTextTest {

    @ParameterizedTest
    @CsvSource({
        "1024, 1024",
        "1Ki, 1024",
        "500K, 500000",
        "10M, 10000000",
        "10Mi, 10485760",
        "1G, 1000000000",
        "2Gi, 2147483648",
        "007M, 7000000",
        "100G, 100000000000",
    })
    void readsWholeNumbersWithOrWithoutAUnit(String text, long bytesPerSecond) {
        assertThat(RateText.parse(text)).isEqualTo(Parsed.valid(new Rate(bytesPerSecond)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "K", "1.5M", "1 M", "-1M", "+1M", "1k", "1KB", "1KiB", "1i", "1T", "\u0661M"
            })
    void refusesWhateverElseLooksLikeARate(String text) {
        assertThat(RateText.parse(text))
                .isEqualTo(Parsed.invalid("it is not a whole number with or without a unit"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1023", "1K", "101G", "100000000001", "99999999999999999999999Gi"})
    void refusesWhatIsOutOfRange(String text) {
        assertThat(RateText.parse(text)).isEqualTo(Parsed.invalid("it is out of range"));
    }
}
