package conduit.inbound.http.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One response after another on one connection, and everything that is none. */
class ResponseDecoderTest {

    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String LENGTH_2 = OK + "Content-Length: 2\r\n\r\n";

    @AutoClose private final ResponseDecoding decoding = new ResponseDecoding();

    @Test
    void decodesEachResponseAsTheMethodOfItsRequestWants() {
        decoding.expect(HttpMethod.GET).receive(LENGTH_2 + "ab");
        assertThat(decoding.comes()).containsExactly("200 OK", "Content-Length: 2", "+ab", "end");
        decoding.expect(HttpMethod.HEAD).receive(LENGTH_2);
        assertThat(decoding.comes()).containsExactly("200 OK", "Content-Length: 2", "end");
        decoding.expect(HttpMethod.GET)
                .receive(OK + "Transfer-Encoding: chunked\r\n\r\n2;x\r\nab\r\n0\r\nT: u\r\n\r\n");
        assertThat(decoding.comes())
                .containsExactly("200 OK", "Transfer-Encoding: chunked", "+ab", "T: u", "end");
        decoding.expect(HttpMethod.GET).receive(OK + "\r\nab");
        assertThat(decoding.comes()).containsExactly("200 OK", "+ab");
        assertThat(decoding.inputEnds().comes()).containsExactly("end");
    }

    @Test
    void decodesTheSameHoweverItIsCut() {
        String all =
                "HTTP/1.1 103 Early\r\nLink: a\r\n\r\n"
                        + OK
                        + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\nT: u\r\n\r\n";
        for (int split = 0; split <= all.length(); split++) {
            try (ResponseDecoding cut = new ResponseDecoding()) {
                cut.expect(HttpMethod.GET).receive(all.substring(0, split));
                cut.receive(all.substring(split));
                assertThat(cut.comes())
                        .as("split at %d", split)
                        .containsExactly(
                                "103 Early",
                                "Link: a",
                                "end",
                                "200 OK",
                                "Transfer-Encoding: chunked",
                                "+abcde",
                                "T: u",
                                "end");
                assertThat(cut.decoder.endsItself()).isTrue();
                assertThat(cut.decoder.holdsBytes()).isFalse();
            }
        }
    }

    @Test
    void decodesNothingThatIsNotExpected() {
        assertThat(decoding.receive(LENGTH_2 + "ab").comes()).isEmpty();
        assertThat(decoding.decoder.holdsBytes()).isTrue();
        assertThatThrownBy(() -> decoding.expect(HttpMethod.GET))
                .isInstanceOf(IllegalStateException.class);
        assertThat(decoding.removeDecoder().comes()).containsExactly("bytes " + LENGTH_2 + "ab");
    }

    @Test
    void keepsWhatComesBehindAResponse() {
        decoding.expect(HttpMethod.GET).receive(LENGTH_2 + "ab" + LENGTH_2);
        assertThat(decoding.comes()).endsWith("+ab", "end");
        assertThat(decoding.decoder.endsItself()).isTrue();
        assertThat(decoding.decoder.holdsBytes()).isTrue();
        assertThat(decoding.receive("xy").inputEnds().comes()).isEmpty();
        assertThat(decoding.removeDecoder().comes()).containsExactly("bytes " + LENGTH_2 + "xy");
    }

    @Test
    void refusesToExpectAResponseBeforeTheLastOneIsComplete() {
        decoding.expect(HttpMethod.GET).receive(LENGTH_2 + "a");
        assertThatThrownBy(() -> decoding.expect(HttpMethod.GET))
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                OK + "\r\nab",
                OK + "Content-Length: x\r\n\r\n",
                OK + "Transfer-Encoding: chunked\r\n\r\nx",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
            })
    void refusesToExpectAResponseBehindTheLastOfAConnection(String last) {
        decoding.expect(HttpMethod.GET).receive(last).inputEnds();
        assertThat(decoding.comes()).isNotEmpty();
        assertThatThrownBy(() -> decoding.expect(HttpMethod.GET))
                .isInstanceOf(IllegalStateException.class);
        assertThat(decoding.decoder.endsItself())
                .isEqualTo(last.contains("chunked") && !last.contains("101"));
    }

    @Test
    void refusesToExpectAResponseOnAConnectionThatHasEnded() {
        decoding.inputEnds();
        assertThatThrownBy(() -> decoding.expect(HttpMethod.GET))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keepsWhatComesBehindASwitchOfProtocols() {
        String head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n";
        // By an old draft of WebSocket, the bytes behind these fields were part of the answer.
        String draft = "Sec-WebSocket-Origin: a\r\nSec-WebSocket-Location: b\r\n\r\n";
        decoding.expect(HttpMethod.GET).receive(head + draft + "0123456789abcdef!");
        assertThat(decoding.comes()).startsWith("101 Switching Protocols").endsWith("end");
        assertThat(decoding.removeDecoder().comes()).containsExactly("bytes 0123456789abcdef!");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,  204, X: y",
        "GET,  204, Content-Length: 0",
        "GET,  304, Content-Length: 5",
        "GET,  304, Transfer-Encoding: chunked",
        "HEAD, 200, Content-Length: 5",
        "HEAD, 200, Transfer-Encoding: chunked",
        "HEAD, 404, X: y",
        "GET,  200, Content-Length: 0",
    })
    void endsWithTheHeadWhereThereIsNoBody(String method, int status, String field) {
        decoding.expect(HttpMethod.valueOf(method))
                .receive("HTTP/1.1 " + status + " x\r\n" + field + "\r\n\r\n");
        assertThat(decoding.comes()).endsWith("end");
        assertThat(decoding.decoder.endsItself()).isTrue();
        decoding.expect(HttpMethod.GET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                LENGTH_2 + "a",
                OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
                OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n",
                OK + "Content-Length: 2\r\n",
                "HTTP/1.1 100 Continue\r\n\r\n" + OK,
            })
    void pretendsNoEndWhereTheConnectionEndsTooEarly(String beginning) {
        decoding.expect(HttpMethod.GET).receive(beginning);
        List<String> before = decoding.comes();
        assertThat(before.isEmpty() || beginning.contains("Continue") || !before.contains("end"))
                .isTrue();
        assertThat(decoding.inputEnds().comes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "2\nab\r\n0\r\n\r\n",
                "2\r\nabc",
                "0\r\nX : y\r\n\r\n",
                "0\r\nX: y\r\n\n",
            })
    void passesOnWhatIsSoundBeforeAFlawInTheSameRead(String flawed) {
        decoding.expect(HttpMethod.GET)
                .receive(
                        OK
                                + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n"
                                + flawed);
        List<String> came = decoding.comes();
        assertThat(came).doesNotContain("end", "failed");
        assertThat(came.getLast()).startsWith("flawed: ");
        assertThat(came.get(came.size() - 2))
                .isEqualTo(flawed.startsWith("2\r\n") ? "+hello worldab" : "+hello world");
    }

    @Test
    void passesOnWhatIsSoundBeforeAFlawInALaterRead() {
        decoding.expect(HttpMethod.GET)
                .receive(OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
        assertThat(decoding.comes()).endsWith("+ab");
        assertThat(decoding.receive("2\nab\r\n").receive("0\r\n\r\n").inputEnds().comes())
                .containsExactly("flawed: a chunk size holds a byte that it must not");
    }
}
