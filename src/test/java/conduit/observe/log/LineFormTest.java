package conduit.observe.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import conduit.config.Logging;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineFormTest {

    private static final Instant TIME = Instant.parse("2026-11-23T04:05:06.007999Z");

    /** Nobody who logs by text means any of these, and each has broken some log. */
    private static final List<String> HOSTILE =
            List.of(
                    "",
                    "-",
                    "-a",
                    "a b",
                    "\n",
                    "\r\n2026-01-01T00:00:00.000Z INFO  access forged=1",
                    "\u0000",
                    "\u001b[2J",
                    "\u007f",
                    "\u0085",
                    "\u2028\u2029",
                    "\u202egnp.exe",
                    "\"",
                    "\\",
                    "\\\"",
                    "\\u0022",
                    "\" outcome=completed",
                    "\"}\n{\"",
                    "\ud83d\ude00",
                    "\ud800",
                    "\udc00\ud800",
                    "\uffff",
                    "=",
                    "a=b");

    private static List<String> anything() {
        List<String> all = new ArrayList<>(HOSTILE);
        Random random = new Random(8);
        for (int i = 0; i < 2_000; i++) {
            int bound = i % 2 == 0 ? 0x100 : 0x10000;
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(40); length > 0; length--) {
                text.append((char) random.nextInt(bound));
            }
            all.add(text.toString());
        }
        return all;
    }

    private static Line with(String any) {
        return form -> {
            form.begin(TIME, "INFO", "access");
            form.name("name", any);
            form.text("text", any);
            form.count("after", 7);
            form.end();
        };
    }

    @Test
    void givesBackFromJsonWhateverWasSaid() {
        for (String any : anything()) {
            String line = Written.in(Logging.Format.JSON, with(any));
            assertThat(line).matches("[ -~]*\n");
            JsonObject read = JsonParser.parseString(line).getAsJsonObject();
            assertThat(read.get("name").getAsString()).isEqualTo(any);
            assertThat(read.get("text").getAsString()).isEqualTo(any);
            assertThat(read.get("after").getAsLong()).isEqualTo(7);
            assertThat(read.get("time").getAsString()).isEqualTo("2026-11-23T04:05:06.007Z");
        }
    }

    @Test
    void keepsTextOneLineOfPrintableFieldsWhateverWasSaid() {
        for (String any : anything()) {
            assertThat(Written.in(Logging.Format.TEXT, with(any)))
                    .matches(
                            "2026-11-23T04:05:06.007Z INFO  access"
                                    + " name=(?:[^\" =-][^\" =]*|\"(?:[^\"\\\\]|\\\\.)*\")"
                                    + " text=\"(?:[^\"\\\\]|\\\\.)*\" after=7\n")
                    .matches("[ -~]*\n");
        }
    }

    @Test
    void writesMessagesWithoutWhatMovesTheCursor() {
        for (String any : anything()) {
            Line message =
                    form -> {
                        form.begin(TIME, "WARN", "Doorway");
                        form.message(any, Optional.empty());
                        form.end();
                    };
            assertThat(Written.in(Logging.Format.TEXT, message))
                    .matches(
                            "2026-11-23T04:05:06.007Z WARN  Doorway [^\\p{Cntrl}\\u2028\\u2029]*\n");
            String json = Written.in(Logging.Format.JSON, message);
            assertThat(JsonParser.parseString(json).getAsJsonObject().get("message").getAsString())
                    .isEqualTo(any);
        }
    }

    @Test
    void showsAStackAsPeopleAreUsedToAndAsOneStringOfJson() {
        String stack = "java.lang.IllegalStateException: a\u001bb\n\tat conduit.X.y(X.java:1)\n";
        Line message =
                form -> {
                    form.begin(TIME, "ERROR", "X");
                    form.message("caf\u00e9", Optional.of(stack));
                    form.end();
                };
        assertThat(Written.in(Logging.Format.TEXT, message))
                .isEqualTo(
                        """
                        2026-11-23T04:05:06.007Z ERROR X caf\u00e9
                        java.lang.IllegalStateException: a\\u001bb
                        \tat conduit.X.y(X.java:1)
                        """);
        assertThat(
                        JsonParser.parseString(Written.in(Logging.Format.JSON, message))
                                .getAsJsonObject()
                                .get("stack")
                                .getAsString())
                .isEqualTo(stack);
    }

    @ParameterizedTest
    @CsvSource({"ERROR, 3", "WARN, 4", "INFO, 6", "DEBUG, 7", "TRACE, 7"})
    void tellsTheJournalTheLevelOfEveryLineAlsoOfAStack(String level, int priority) {
        Line message =
                form -> {
                    form.begin(TIME, level, "X");
                    form.message("m", Optional.of("E: <0>\n<0>faked\n\tat conduit.X.y(X.java:1)"));
                    form.end();
                };
        String prefix = "<" + priority + ">";
        assertThat(Written.in(Logging.Format.TEXT, message, Prefix.PRIORITY).lines())
                .hasSize(4)
                .allMatch(line -> line.startsWith(prefix));
        assertThat(Written.in(Logging.Format.JSON, message, Prefix.PRIORITY))
                .startsWith(prefix + "{\"time\"");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.000000",
        "499, 0.000000",
        "500, 0.000001",
        "999999500, 1.000000",
        "61234567890, 61.234568",
        "604800000000000, 604800.000000"
    })
    void roundsSecondsToMicroseconds(long nanos, String written) {
        Line line = form -> form.seconds("took", nanos);
        assertThat(Written.in(Logging.Format.TEXT, line)).isEqualTo(" took=" + written + "s");
        assertThat(Written.in(Logging.Format.JSON, line)).isEqualTo(",\"took\":" + written);
    }

    @ParameterizedTest
    @CsvSource({"0", "9", "10", "99", "100", "4294967296", "9223372036854775807"})
    void writesNumbersInFull(long number) {
        assertThat(Written.in(Logging.Format.TEXT, form -> form.count("n", number)))
                .isEqualTo(" n=" + number);
    }
}
