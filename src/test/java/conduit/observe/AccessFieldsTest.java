package conduit.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import conduit.address.Destination;
import conduit.config.Inbound;
import conduit.config.Logging;
import conduit.config.Upstream;
import conduit.observe.log.LineForm;
import conduit.observe.log.Written;
import conduit.tunnel.Ending;
import conduit.tunnel.Journal;
import conduit.tunnel.Outcome;
import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import conduit.tunnel.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessFieldsTest {

    private static final Journal.Entry TUNNEL =
            new Entries()
                    .client("::1")
                    .user("alice")
                    .inbound(Inbound.CONNECT)
                    .headline("CONNECT", Optional.of("4bf92f3577b34da6a3ce929d0e0e4736"))
                    .destination(new Destination.Name("example.com", 443))
                    .by(
                            new Upstream.HttpParent(
                                    new Destination.Name("parent.example", 3128), Optional.empty()),
                            Entries.address("192.0.2.7", 3128))
                    .rules("/etc/conduit.toml:12", "--deny-to=\"x")
                    .ending(new Ending.Ended(Outcome.COMPLETED, Party.REMOTE, Phase.RELAY))
                    .moved(17, 4_294_967_296L)
                    .retries(1)
                    .times(new Times(1_000, 2_000, 3_000, 4_000, 5_000, 61_234_567_890L))
                    .entry();

    private static final Journal.Entry REFUSAL =
            new Entries()
                    .user("Jos\u00e9 \"B\"")
                    .headline("M".repeat(8_000), Optional.empty())
                    .ending(
                            Ending.refused(
                                    Refusal.MALFORMED_REQUEST,
                                    "a \"quote\\\" and\r\na line \u00e9"))
                    .times(Times.of(400_000))
                    .entry();

    private static String text(Journal.Entry entry) {
        return Written.in(Logging.Format.TEXT, form -> AccessFields.write(entry, form));
    }

    private static JsonObject json(Journal.Entry entry) {
        String line = Written.in(Logging.Format.JSON, form -> AccessFields.write(entry, form));
        return JsonParser.parseString(line).getAsJsonObject();
    }

    @Test
    void writesATunnelAsOneLineOfFieldsInAFixedOrder() {
        assertThat(text(TUNNEL))
                .isEqualTo(
                        "2026-11-23T04:05:06.789Z INFO  access id="
                                + TUNNEL.id()
                                + " client=[::1]:4711 user=alice inbound=connect method=CONNECT"
                                + " destination=example.com:443"
                                + " upstream=http://parent.example:3128 remote=192.0.2.7:3128"
                                + " rule=\"/etc/conduit.toml:12\" report=\"--deny-to=\\\"x\""
                                + " outcome=completed by=remote phase=relay"
                                + " up=17 down=4294967296 retries=1"
                                + " trace=4bf92f3577b34da6a3ce929d0e0e4736"
                                + " lookup=0.000001s connect=0.000002s handshake=0.000003s"
                                + " setup=0.000004s first_byte=0.000005s duration=61.234568s\n");
    }

    @Test
    void writesARefusalWithItsDetailQuotedAndPrintable() {
        assertThat(text(REFUSAL))
                .contains(
                        " user=\"Jos\\u00e9 \\\"B\\\"\" inbound=http method="
                                + "M".repeat(32)
                                + " destination=- upstream=- remote=- rule=- report=-"
                                + " refusal=malformed-request by=client phase=negotiation errno=-"
                                + " detail=\"a \\\"quote\\\\\\\" and??a line ?\""
                                + " up=0 down=0 retries=0 trace=- lookup=- connect=- handshake=-"
                                + " setup=- first_byte=- duration=0.000400s\n");
    }

    @Test
    void leavesOutOfJsonWhatIsAbsent() {
        assertThat(json(REFUSAL).keySet())
                .containsExactly(
                        "time",
                        "level",
                        "logger",
                        "id",
                        "client",
                        "user",
                        "inbound",
                        "method",
                        "refusal",
                        "by",
                        "phase",
                        "detail",
                        "up",
                        "down",
                        "retries",
                        "duration");
        assertThat(json(REFUSAL).get("user").getAsString()).isEqualTo("Jos\u00e9 \"B\"");
        assertThat(json(TUNNEL).get("down").getAsLong()).isEqualTo(4_294_967_296L);
        assertThat(json(TUNNEL).get("duration").getAsDouble()).isEqualTo(61.234568);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "alice, alice",
                "alice-b_c.d@e+f, alice-b_c.d@e+f",
                "-, '\"-\"'",
                "-a, '\"-a\"'",
                "'a b', '\"a b\"'",
                "a=b, '\"a=b\"'",
                "'a\\u00e9', '\"a\\\\u00e9\"'",
            })
    void writesAUserSoThatNobodyIsTakenForAnother(String user, String written) {
        assertThat(text(new Entries().user(user).entry()))
                .contains(" user=" + written + " inbound=http ");
    }

    /** Says the fields as the page does, whatever their values. */
    private static final class Described implements LineForm {
        private final Set<String> rows = new LinkedHashSet<>();
        private final Set<String> absent = new LinkedHashSet<>();

        @Override
        public void begin(Instant time, String level, String logger) {
            rows.addAll(List.of("time string", "level string", "logger string"));
        }

        @Override
        public void word(String key, String value) {
            rows.add(key + " string");
        }

        @Override
        public void name(String key, String value) {
            rows.add(key + " string");
        }

        @Override
        public void text(String key, String value) {
            rows.add(key + " string");
        }

        @Override
        public void count(String key, long value) {
            rows.add(key + " integer");
        }

        @Override
        public void seconds(String key, long nanos) {
            rows.add(key + " seconds");
        }

        @Override
        public void absent(String key) {
            absent.add(key);
        }

        @Override
        public void message(String message, Optional<String> stack) {
            throw new AssertionError("not in an access line");
        }

        @Override
        public void end() {}
    }

    @Test
    void thePageHasARowForEachFieldInTheirOrder() throws IOException {
        Described tunnel = new Described();
        AccessFields.write(TUNNEL, tunnel);
        Described refusal = new Described();
        AccessFields.write(REFUSAL, refusal);
        List<MatchResult> rows =
                Pattern.compile(
                                "(?m)^\\| `(\\w+)` \\| (string|integer|seconds) \\| .* \\| (.+) \\|$")
                        .matcher(Files.readString(Path.of("docs", "access-log.md")))
                        .results()
                        .toList();
        List<String> documented =
                rows.stream().map(row -> row.group(1) + " " + row.group(2)).toList();
        Set<String> all = new LinkedHashSet<>();
        Stream.of(tunnel, refusal).map(line -> line.rows).forEach(all::addAll);
        all.add("errno string");
        assertThat(documented).containsExactlyInAnyOrderElementsOf(all);
        List<String> order = new ArrayList<>(documented);
        order.retainAll(tunnel.rows);
        assertThat(order).containsExactlyElementsOf(tunnel.rows);
        assertThat(
                        rows.stream()
                                .filter(row -> row.group(3).equals("never"))
                                .map(row -> row.group(1)))
                .as("what is said never to be absent")
                .doesNotContainAnyElementsOf(refusal.absent)
                .doesNotContain("outcome", "refusal", "detail");
    }
}
