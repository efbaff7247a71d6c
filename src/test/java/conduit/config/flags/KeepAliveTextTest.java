package conduit.config.flags;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Parsed;
import conduit.config.KeepAlive;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeepAliveTextTest {

    @Test
    void readsOnAndOff() {
        assertThat(KeepAliveText.parse("on"))
                .isEqualTo(Parsed.valid(new KeepAlive.KernelDefaults()));
        assertThat(KeepAliveText.parse("off")).isEqualTo(Parsed.valid(new KeepAlive.Off()));
    }

    @ParameterizedTest
    @CsvSource({"45:45:3, 45, 45, 3", "1:1:1, 1, 1, 1", "32767:32767:127, 32767, 32767, 127"})
    void readsThreeNumbers(String text, int idle, int interval, int count) {
        assertThat(KeepAliveText.parse(text))
                .isEqualTo(
                        Parsed.valid(
                                new KeepAlive.Every(
                                        Duration.ofSeconds(idle),
                                        Duration.ofSeconds(interval),
                                        count)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ON",
                "yes",
                "45",
                "45:45",
                "45:45:3:1",
                "45::3",
                ":45:3",
                "-1:45:3",
                "45s:45s:3",
                "45:45:3 ",
                "4.5:45:3",
                "\u0661:1:1"
            })
    void refusesWhateverElseLooksLikeASetting(String text) {
        assertThat(KeepAliveText.parse(text))
                .isEqualTo(Parsed.invalid("it is neither on nor off nor three whole numbers"));
    }

    @ParameterizedTest
    @CsvSource({
        "0:45:3, IDLE must be 1 to 32767",
        "32768:45:3, IDLE must be 1 to 32767",
        "99999999999999999999:45:3, IDLE must be 1 to 32767",
        "45:0:3, INTVL must be 1 to 32767",
        "45:32768:3, INTVL must be 1 to 32767",
        "45:45:0, CNT must be 1 to 127",
        "45:45:128, CNT must be 1 to 127",
    })
    void refusesWhatTheKernelWouldRefuse(String text, String why) {
        assertThat(KeepAliveText.parse(text)).isEqualTo(Parsed.invalid(why));
    }
}
