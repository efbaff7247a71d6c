package conduit.inbound.http.decode;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.inbound.http.decode.Decoding.Reader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When the decoder stops, what it keeps, and what becomes of that. */
class RequestDecoderTest {

    private static final String GET = "GET http://a/1 HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST =
            "POST http://a/2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
    private static final String CONNECT = "CONNECT a:443 HTTP/1.1\r\n\r\n";
    private static final String[] DECODED_GET = {"GET http://a/1 HTTP/1.1", "Host: a", "end"};
    private static final String[] DECODED_POST = {
        "POST http://a/2 HTTP/1.1", "Host: a", "Content-Length: 3"
    };

    private static Decoding decoding(Reader reader) {
        return new Decoding(reader);
    }

    @Test
    void stopsAfterAHeadUntilItsBodyIsWanted() {
        try (Decoding decoding = decoding(Reader.WAITS)) {
            assertThat(decoding.receive(POST + "ab").comes()).containsExactly(DECODED_POST);
            assertThat(decoding.receive("c").comes()).isEmpty();
            assertThat(decoding.decoder.holdsBytes()).isTrue();
            assertThat(decoding.resume().comes()).containsExactly("+abc", "end");
            assertThat(decoding.decoder.holdsBytes()).isFalse();
        }
    }

    @Test
    void passesABodyOnAsItComesOnceItIsWanted() {
        try (Decoding decoding = decoding(Reader.WAITS)) {
            assertThat(decoding.receive(POST).resume().comes()).containsExactly(DECODED_POST);
            assertThat(decoding.receive("a").comes()).containsExactly("+a");
            assertThat(decoding.receive("bc" + GET).comes()).containsExactly("+bc", "end");
            assertThat(decoding.resume().comes()).containsExactly(DECODED_GET);
        }
    }

    @Test
    void stopsAfterARequestUntilTheNextIsWanted() {
        try (Decoding decoding = decoding(Reader.WAITS)) {
            assertThat(decoding.receive(GET + GET).comes()).containsExactly(DECODED_GET);
            assertThat(decoding.receive(GET).comes()).isEmpty();
            assertThat(decoding.resume().comes()).containsExactly(DECODED_GET);
            assertThat(decoding.resume().comes()).containsExactly(DECODED_GET);
            assertThat(decoding.resume().comes()).isEmpty();
            assertThat(decoding.receive(GET).comes()).containsExactly(DECODED_GET);
        }
    }

    @Test
    void stopsAfterAnEndWhoseBodyWasWanted() {
        try (Decoding decoding = decoding(Reader.RESUMES_AFTER_HEADS)) {
            assertThat(decoding.receive(POST + "abc" + GET + GET).comes())
                    .containsExactly(
                            DECODED_POST[0], DECODED_POST[1], DECODED_POST[2], "+abc", "end");
        }
    }

    @Test
    void stopsAfterAnEndThoughItsHeadWasResumedAndHadNoBody() {
        try (Decoding decoding = decoding(Reader.RESUMES_AFTER_HEADS)) {
            assertThat(decoding.receive(GET + GET).comes()).containsExactly(DECODED_GET);
        }
    }

    @Test
    void decodesOnAtOnceForAReaderThatResumesWhileItReads() {
        try (Decoding decoding = decoding(Reader.RESUMES)) {
            assertThat(decoding.receive(GET + POST + "abc" + GET).comes())
                    .containsExactly(
                            DECODED_GET[0],
                            DECODED_GET[1],
                            "end",
                            DECODED_POST[0],
                            DECODED_POST[1],
                            DECODED_POST[2],
                            "+abc",
                            "end",
                            DECODED_GET[0],
                            DECODED_GET[1],
                            "end");
        }
    }

    @Test
    void resumesOnlyOnceForAnyNumberOfWishes() {
        try (Decoding decoding = decoding(Reader.WAITS)) {
            decoding.resume().resume();
            assertThat(decoding.receive(GET + GET + GET).comes()).containsExactly(DECODED_GET);
        }
    }

    @Test
    void tellsWhetherAHeadHasBegun() {
        try (Decoding decoding = decoding(Reader.WAITS)) {
            assertThat(decoding.decoder.inBegunHead()).isFalse();
            decoding.receive("\r\n\r\n\r");
            assertThat(decoding.decoder.inBegunHead()).isFalse();
            decoding.receive("\nP");
            assertThat(decoding.decoder.inBegunHead()).isTrue();
            decoding.receive(POST.substring(1));
            assertThat(decoding.decoder.inBegunHead()).isFalse();
            decoding.resume().receive("abc");
            assertThat(decoding.decoder.inBegunHead()).isFalse();
            decoding.receive(GET);
            assertThat(decoding.decoder.inBegunHead()).isFalse();
            decoding.resume().resume().receive("G");
            assertThat(decoding.decoder.inBegunHead()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "early", "GET http://evil/ HTTP/1.1\r\nHost: evil\r\n\r\n", "\r\n"})
    void givesTheBytesBehindAConnectBackWhenItLeaves(String early) {
        try (Decoding decoding = decoding(Reader.WAITS)) {
            assertThat(decoding.receive(CONNECT + early).comes())
                    .containsExactly("CONNECT a:443 HTTP/1.1", "end");
            assertThat(decoding.receive("\u0016\u0003\u0001").comes()).isEmpty();
            assertThat(decoding.removeDecoder().comes())
                    .containsExactly("bytes " + early + "\u0016\u0003\u0001");
            assertThat(decoding.receive("more").comes()).containsExactly("bytes more");
        }
    }

    @Test
    void givesTheBytesBehindAConnectBackWhenItLeavesWhileReading() {
        String early = "\u0016\u0003\u0001\0\u00ff";
        String all = CONNECT + early;
        for (int split = 1; split <= all.length(); split++) {
            try (Decoding decoding = decoding(Reader.REMOVES_THE_DECODER_AFTER_ENDS)) {
                decoding.receive(all.substring(0, split));
                if (split < all.length()) {
                    decoding.receive(all.substring(split));
                }
                List<String> came = decoding.comes();
                assertThat(came).startsWith("CONNECT a:443 HTTP/1.1", "end");
                assertThat(String.join("", came.subList(2, came.size())).replace("bytes ", ""))
                        .as("split at %d", split)
                        .isEqualTo(early);
            }
        }
    }

    @Test
    void keepsWhatWaitsWhenTheInputEnds() {
        try (Decoding decoding = decoding(Reader.WAITS)) {
            decoding.receive(POST + "abc" + GET).comes();
            assertThat(decoding.inputEnds().comes()).containsExactly("input ended");
            assertThat(decoding.decoder.inputEnded()).isTrue();
            assertThat(decoding.resume().comes()).containsExactly("+abc", "end");
            assertThat(decoding.resume().comes()).containsExactly(DECODED_GET);
            assertThat(decoding.decoder.holdsBytes()).isFalse();
            assertThat(decoding.resume().comes()).containsExactly("input ended");
        }
    }

    @Test
    void knowsThatTheInputEndedAlsoWhenNothingWaited() {
        try (Decoding decoding = decoding(Reader.WAITS)) {
            decoding.inputEnds();
            assertThat(decoding.decoder.inputEnded()).isTrue();
        }
    }

    @Test
    void keepsTheBytesBehindAConnectWhenTheInputEnds() {
        try (Decoding decoding = decoding(Reader.WAITS)) {
            decoding.receive(CONNECT + "early").inputEnds().comes();
            assertThat(decoding.decoder.inputEnded()).isTrue();
            assertThat(decoding.removeDecoder().comes()).containsExactly("bytes early");
        }
    }

    @Test
    void saysThatTheInputEndedAfterAllThatWaitedOfABody() {
        try (Decoding decoding = decoding(Reader.WAITS)) {
            decoding.receive(POST + "ab").inputEnds().comes();
            assertThat(decoding.resume().comes()).startsWith("+ab").endsWith("input ended");
            assertThat(decoding.decoder.holdsBytes()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "\r", "GET http://a/1 HTTP/1.1\r\nHost: a\r\n\r"})
    void makesNoRequestOfAHeadThatTheInputEndsIn(String beginning) {
        try (Decoding decoding = decoding(Reader.WAITS)) {
            assertThat(decoding.receive(beginning).inputEnds().comes())
                    .containsExactly("input ended");
        }
    }

    @Test
    void makesARefusalOfAFlawedHeadAndNothingOfWhatFollows() {
        try (Decoding decoding = decoding(Reader.WAITS)) {
            assertThat(decoding.receive("GET  / HTTP/1.1\r\n\r\n" + GET).comes())
                    .containsExactly("flawed: more than one space in the request line");
            assertThat(decoding.receive(GET).receive("\0").comes()).isEmpty();
            assertThat(decoding.inputEnds().comes()).containsExactly("input ended");
        }
    }

    @Test
    void refusesAFlawedHeadAtItsFirstFlawedByteAlsoBehindOthers() {
        try (Decoding decoding = decoding(Reader.RESUMES)) {
            assertThat(decoding.receive(GET + "\u0016").comes())
                    .containsExactly(
                            DECODED_GET[0],
                            DECODED_GET[1],
                            "end",
                            "flawed: not HTTP: it looks like TLS");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Length: +1",
        "Content-Length: -1",
        "Content-Length: 1 1",
        "'Content-Length: 1, 1'",
        "Content-Length:",
        "Content-Length: 0x1",
        "Content-Length: 9223372036854775808",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding:",
        "'Transfer-Encoding: chunked, gzip'",
    })
    void failsAHeadWhoseFramingCannotBeReadAndNeverGoesOnBehindIt(String field) {
        try (Decoding decoding = decoding(Reader.RESUMES)) {
            String head = "POST http://a/ HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n";
            assertThat(decoding.receive(head + GET).receive(GET).comes())
                    .singleElement()
                    .asString()
                    .startsWith("flawed: ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\r\n",
                "-1\r\n",
                "3\r\nabcd\r\n",
                "3\nabc\r\n",
                "1;a\nb\r\na\r\n",
                " 1\r\na\r\n"
            })
    void failsABodyWhoseChunksCannotBeRead(String chunks) {
        try (Decoding decoding = decoding(Reader.WAITS)) {
            decoding.receive(
                    "POST http://a/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            decoding.resume().comes();
            List<String> came = decoding.receive(chunks + "0\r\n\r\n" + GET).comes();
            assertThat(came.getLast()).startsWith("flawed: ");
            // What is sound before the flaw.
            assertThat(came.subList(0, came.size() - 1))
                    .isEqualTo(chunks.startsWith("3\r\n") ? List.of("+abc") : List.of());
            assertThat(decoding.resume().receive(GET).resume().comes()).isEmpty();
        }
    }

    /** Netty would read eight bytes of body behind such a head, of which no field speaks. */
    @Test
    void knowsNoBodyThatOnlyAnOldDraftOfWebSocketKnew() {
        String keys = "Sec-WebSocket-Key1: 1\r\nSec-WebSocket-Key2: 2\r\n";
        try (Decoding decoding = decoding(Reader.RESUMES)) {
            String head = "GET http://a/ HTTP/1.1\r\nHost: a\r\n" + keys + "\r\n";
            assertThat(decoding.receive(head + "\0 bytes!").comes())
                    .endsWith("end", "flawed: not HTTP: its first byte is 0x00");
        }
    }

    @Test
    void skipsEmptyLinesBeforeARequestHoweverTheyAreCut() {
        String all = "\r\n\r\n" + GET;
        for (int split = 0; split <= all.length(); split++) {
            try (Decoding decoding = decoding(Reader.WAITS)) {
                decoding.receive(all.substring(0, split)).receive(all.substring(split));
                assertThat(decoding.comes()).as("split at %d", split).containsExactly(DECODED_GET);
            }
        }
    }

    @Test
    void skipsEmptyLinesBehindABody() {
        try (Decoding decoding = decoding(Reader.RESUMES)) {
            assertThat(decoding.receive(POST + "abc\r\n" + GET).comes())
                    .endsWith(DECODED_GET)
                    .hasSize(8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\rG", "\r\n\n", "\r\n ", "\r\r\n"})
    void skipsNothingElseBeforeARequest(String beginning) {
        try (Decoding decoding = decoding(Reader.WAITS)) {
            assertThat(decoding.receive(beginning + GET).comes())
                    .singleElement()
                    .asString()
                    .startsWith("flawed: not HTTP");
        }
    }
}
