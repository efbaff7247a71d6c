package conduit.config.flags;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Parsed;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

    @ParameterizedTest
    @CsvSource({
        "1ms, 1",
        "500ms, 500",
        "10s, 10000",
        "1m30s, 90000",
        "90s, 90000",
        "4m, 240000",
        "1h, 3600000",
        "1h2m3s4ms, 3723004",
        "1m5ms, 60005",
        "0h1s, 1000",
        "007s, 7000",
        "8760h, 31536000000",
    })
    void readsWholeNumbersWithUnits(String text, long millis) {
        assertThat(DurationText.parse(text)).isEqualTo(Parsed.valid(Duration.ofMillis(millis)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10", "s", "-10s", "+10s", "1.5s", "10 s", " 10s", "10s ", "10s\n", "10S", "1d",
                "1s1m", "1s1s", "1ms1s", "10us", "1h30", "ten", "PT10S", "\u0661s", "10ss", "1e3s",
            })
    void refusesWhateverElseLooksLikeADuration(String text) {
        assertThat(DurationText.parse(text))
                .isEqualTo(Parsed.invalid("it does not read as numbers with units, largest first"));
    }

    @Test
    void refusesAnEmptyText() {
        assertThat(DurationText.parse("")).isEqualTo(Parsed.invalid("it is empty"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "0ms", "0h0m0s0ms", "000h"})
    void refusesZero(String text) {
        assertThat(DurationText.parse(text))
                .isEqualTo(Parsed.invalid("it must be longer than zero"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8760h1ms",
                "8761h",
                "31536000001ms",
                "9223372036854775807h",
                "18446744073710s"
            })
    void refusesMoreThanAYear(String text) {
        assertThat(DurationText.parse(text)).isEqualTo(Parsed.invalid("it must be at most 8760h"));
    }

    @Test
    void refusesAnyNumberOfDigitsWithoutOverflow() {
        assertThat(DurationText.parse("9".repeat(2_000) + "h"))
                .isEqualTo(Parsed.invalid("it must be at most 8760h"));
    }

    @RepeatedTest(8)
    void readsBackWhateverIsWrittenInItsForm() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            Duration duration = Duration.ofMillis(1 + random.nextLong(31_536_000_000L));
            String text =
                    "%dh%dm%ds%dms"
                            .formatted(
                                    duration.toHours(),
                                    duration.toMinutesPart(),
                                    duration.toSecondsPart(),
                                    duration.toMillisPart());
            assertThat(DurationText.parse(text))
                    .as("seed %d, %s", seed, text)
                    .isEqualTo(Parsed.valid(duration));
        }
    }
}
