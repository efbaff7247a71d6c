package conduit.e2e.smuggling;

import static conduit.e2e.smuggling.OddRequests.Expected.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Message;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import conduit.e2e.smuggling.OddRequests.Odd;
import conduit.e2e.smuggling.StrictReader.Reading;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every odd request is sent through conduit, and what arrives at the origin is read by a strict
 * reader; what conduit passes on as one request is also read by nginx, before and behind conduit.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OddRequestTest {

    private static final String END = "GET http://ORIGIN/end HTTP/1.1\r\nHost: ORIGIN\r\n\r\n";

    private final TestProxy proxy = TestProxy.with();
    private final RecordingOrigin origin;
    @TempDir private Path folder;

    OddRequestTest() throws IOException {
        origin = RecordingOrigin.start();
    }

    @AfterAll
    void stop() throws IOException {
        origin.close();
        proxy.close();
    }

    static List<Odd> passed() {
        return OddRequests.all().stream().filter(OddRequestTest::isPassed).toList();
    }

    static List<Odd> refused() {
        return OddRequests.all().stream().filter(odd -> !isPassed(odd)).toList();
    }

    private static boolean isPassed(Odd odd) {
        return switch (odd.expected()) {
            case PASSED, PASSED_NOT_BY_NGINX, PASSED_AND_REFUSED_BEHIND -> true;
            case REFUSED, REFUSED_IN_BODY -> false;
        };
    }

    @Test
    void areAtLeastTwoHundred() {
        assertThat(OddRequests.all().stream().map(Odd::bytes)).doesNotHaveDuplicates();
        assertThat(OddRequests.all()).hasSizeGreaterThanOrEqualTo(200);
    }

    @ParameterizedTest
    @MethodSource("passed")
    void arrivesAsTheOneMessageThatItIs(Odd odd) throws IOException {
        String bytes = toOrigin(odd.bytes());
        List<Integer> statuses = send(bytes);
        List<String> records = recordsUpToTheEnd();

        boolean refusedBehind = odd.expected() == OddRequests.Expected.PASSED_AND_REFUSED_BEHIND;
        assertThat(statuses).isEqualTo(refusedBehind ? List.of(200, 400) : List.of(200));
        assertThat(records).hasSize(1);
        expectTheSame(StrictReader.request(bytes), StrictReader.request(records.getFirst()));
    }

    /** The framing, the content and the trailers; and nothing behind it on the way out. */
    private static void expectTheSame(Reading sent, Reading arrived) {
        assertThat(sent).isInstanceOf(Reading.Whole.class);
        assertThat(arrived).isInstanceOf(Reading.Whole.class);
        if (sent instanceof Reading.Whole(var message, var _)
                && arrived instanceof Reading.Whole(var passedOn, var rest)) {
            assertThat(rest).isEmpty();
            assertThat(passedOn.body()).isEqualTo(message.body());
            assertThat(passedOn.trailers().stream().map(OddRequestTest::field))
                    .isEqualTo(message.trailers().stream().map(OddRequestTest::field).toList());
            assertThat(method(passedOn)).isEqualTo(method(message));
        }
    }

    private static String method(StrictReader.Message message) {
        return message.startLine().substring(0, message.startLine().indexOf(' '));
    }

    private static String field(String line) {
        int colon = line.indexOf(':');
        return line.substring(0, colon).toLowerCase(Locale.ROOT)
                + ":"
                + line.substring(colon + 1).strip();
    }

    @ParameterizedTest
    @MethodSource("refused")
    void arrivesNowhere(Odd odd) throws IOException {
        List<Integer> statuses = send(toOrigin(odd.bytes()));
        List<String> records = recordsUpToTheEnd();

        assertThat(statuses).hasSize(1).allMatch(status -> status >= 400);
        if (odd.expected() == REFUSED) {
            assertThat(records).isEmpty();
        }
        assertThat(records)
                .noneMatch(record -> StrictReader.request(record) instanceof Reading.Whole)
                .noneMatch(record -> record.contains("smuggled"));
    }

    /** Sends these bytes at once, and tells the statuses of what conduit answers. */
    private List<Integer> send(String bytes) throws IOException {
        List<Integer> statuses = new ArrayList<>();
        try (Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(bytes);
            Message reply = Message.reply(client);
            statuses.add(reply.status());
            if (reply.status() == 200) {
                client.finish();
                String more = client.readToClose();
                more.lines()
                        .filter(line -> line.startsWith("HTTP/1.1 "))
                        .forEach(line -> statuses.add(Integer.valueOf(line.substring(9, 12))));
            }
        }
        return statuses;
    }

    /** What has arrived since the last time, as far as it was sent before this. */
    private List<String> recordsUpToTheEnd() throws IOException {
        try (Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(toOrigin(END));
            assertThat(Message.reply(client).status()).isEqualTo(200);
        }
        List<String> records = new ArrayList<>();
        String next = origin.next();
        while (!next.startsWith("GET /end ")) {
            records.add(next);
            next = origin.next();
        }
        return records;
    }

    private String toOrigin(String bytes) {
        return bytes.replace("ORIGIN", origin.target().authority());
    }

    @Test
    void isReadAsOneByNginxBeforeAndBehindConduit() throws IOException {
        try (Nginx nginx = Nginx.start(folder)) {
            List<String> disagreements = new ArrayList<>();
            for (Odd odd : passed()) {
                if (odd.expected() == OddRequests.Expected.PASSED) {
                    String bytes = toOrigin(odd.bytes());
                    send(bytes);
                    String record = recordsUpToTheEnd().getFirst();
                    note(odd, "before", nginx.reads(bytes), disagreements);
                    note(odd, "behind", nginx.reads(keptAlive(record)), disagreements);
                }
            }
            assertThat(disagreements).isEmpty();
        }
    }

    /** What conduit says about its connection must not hide what nginx would read behind it. */
    private static String keptAlive(String record) {
        return record.replaceFirst("(?i)connection: close\r\n", "");
    }

    private static void note(Odd odd, String where, List<String> read, List<String> disagreements) {
        if (read.size() != 1 || read.getFirst().matches("[0-9]{3}")) {
            disagreements.add(odd + " " + where + " conduit: " + read);
        }
    }

    /** The other way round: that nginx can tell, or its opinion would be worth nothing. */
    @Test
    void isReadAsTwoByNginxWhereThereAreTwo() throws IOException {
        try (Nginx nginx = Nginx.start(folder)) {
            String get = "GET /a HTTP/1.1\r\nHost: a\r\n";
            assertThat(nginx.reads(get + "\r\n" + get + "\r\n")).containsExactly("/a", "/a");
            assertThat(nginx.reads(get + "Content-Length: 0\r\n\r\n" + get + "\r\n"))
                    .containsExactly("/a", "/a");
            assertThat(nginx.reads(get + "Content-Length: +1\r\n\r\na")).containsExactly("400");
        }
    }
}
