package conduit.e2e.smuggling;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Head;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import conduit.e2e.smuggling.OddResponses.Odd;
import conduit.e2e.smuggling.StrictReader.Reading;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every odd response is sent through conduit, and what its client gets is read strictly. */
class OddResponseTest {

    @AutoClose private static final TestProxy proxy = TestProxy.with();

    static List<Odd> passed() {
        return those(OddResponses.Expected.PASSED);
    }

    static List<Odd> refused() {
        return those(OddResponses.Expected.REFUSED);
    }

    static List<Odd> broken() {
        return those(OddResponses.Expected.BROKEN_IN_BODY);
    }

    private static List<Odd> those(OddResponses.Expected expected) {
        return OddResponses.all().stream().filter(odd -> odd.expected() == expected).toList();
    }

    @Test
    void areAtLeastAHundred() {
        assertThat(OddResponses.all().stream().map(Odd::bytes)).doesNotHaveDuplicates();
        assertThat(OddResponses.all()).hasSizeGreaterThanOrEqualTo(100);
    }

    @ParameterizedTest
    @MethodSource("passed")
    void reachesTheClientAsTheOneMessageThatItIs(Odd odd) throws IOException {
        Reading sent = StrictReader.response(odd.bytes(), odd.method());
        Reading came = StrictReader.response(answered(odd), odd.method());
        assertThat(sent).isInstanceOf(Reading.Whole.class);
        assertThat(came).isInstanceOf(Reading.Whole.class);
        if (sent instanceof Reading.Whole(var message, var _)
                && came instanceof Reading.Whole(var passedOn, var rest)) {
            assertThat(rest).isEmpty();
            assertThat(passedOn.body()).isEqualTo(message.body());
            assertThat(passedOn.trailers()).hasSameSizeAs(message.trailers());
            assertThat(status(passedOn)).isEqualTo(status(message));
        }
    }

    private static String status(StrictReader.Message message) {
        return message.startLine().substring(9, 12);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void isReplacedByAnAnswerThatSaysWhatIsWrong(Odd odd) throws IOException {
        assertThat(StrictReader.response(odd.bytes(), odd.method()))
                .satisfiesAnyOf(
                        reading -> assertThat(reading).isInstanceOf(Reading.None.class),
                        // Sound, but nobody asked for it, or too large.
                        _ -> assertThat(odd.bytes()).contains(" 101 "),
                        _ -> assertThat(odd.bytes()).hasSizeGreaterThan(10_000));
        String answer = answered(odd);
        String behindInterim = answer.substring(answer.indexOf("HTTP/1.1 502"));
        assertThat(behindInterim)
                .startsWith("HTTP/1.1 502 ")
                .containsPattern("(?i)\r\nproxy-status: conduit; error=http_protocol_error; ")
                .doesNotContain("hello", "smuggled");
        if (!odd.method().equals("HEAD") && !odd.bytes().contains(" 101 ")) {
            assertThat(behindInterim)
                    .containsPattern("\r\n\r\nconduit: origin-failed: .*: its answer is not sound");
        }
    }

    @ParameterizedTest
    @MethodSource("broken")
    void isNeverTakenForCompleteByTheClient(Odd odd) throws IOException {
        String answer = answered(odd);
        assertThat(answer).doesNotContain("smuggled");
        assertThat(StrictReader.response(answer, "GET")).isInstanceOf(Reading.None.class);
    }

    /** What a client gets, to the end of its connection, when an origin sends these bytes. */
    private static String answered(Odd odd) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(
                    "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .formatted(odd.method(), origin.target().url("/")));
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write(odd.bytes());
            remote.finish();
            return client.readToClose();
        }
    }

    @Test
    void isAnsweredTheSameWhenItComesByteByByte() throws IOException {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n";
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            for (String each : Arrays.asList(head.split("", -1))) {
                remote.write(each);
            }
            assertThat(client.readToClose()).contains("more than one Content-Length");
            remote.expectClosed();
        }
    }

    @Test
    void isToldOfAParentAsOfAnOrigin() throws IOException {
        try (Origin parent = Origin.listen();
                TestProxy child = TestProxy.with("--upstream=http://" + parent.target());
                Peer client = Wiring.FORWARD.ask(child, parent.target())) {
            Peer remote = parent.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 200 OK\r\nX y\r\n\r\n");
            assertThat(client.readToClose())
                    .startsWith("HTTP/1.1 502 ")
                    .contains("conduit: parent-failed: parent " + parent.target())
                    .contains("its answer is not sound HTTP: a field name holds a byte");
            remote.expectClosed();
        }
    }

    @Test
    void isToldInTheLogAlsoWhenItsHeadHasBeenPassedOn() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
            Head.read(client.in());
            remote.write("2 \r\nab\r\n0\r\n\r\n");
            client.expectReset();
            remote.expectClosed();
            assertThat(proxy.accessLineOf(client).refusal()).isEqualTo("origin-failed");
            assertThat(proxy.accessLineOf(client).detail())
                    .contains("a chunk size holds a byte that it must not");
        }
    }
}
