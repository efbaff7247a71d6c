package conduit.inbound.http.decode;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.inbound.http.decode.Decoding.Reader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two pipelined requests with bodies, cut everywhere. */
class RequestDecoderSplitTest {

    private static final String REQUESTS =
            """
            POST http://a/1 HTTP/1.1
            Host: a
            Content-Length: 12

            GET / HTTP/1PUT http://b/2 HTTP/1.1
            Host: b
            Transfer-Encoding: chunked
            Trailer: Digest

            5;name="a b"
            hello
            00a
            0

            GET /
            0
            Digest: abc
            Other: def

            GET http://c/3 HTTP/1.0

            """
                    .replace("\n", "\r\n");

    private static final List<String> DECODED =
            List.of(
                    "POST http://a/1 HTTP/1.1",
                    "Host: a",
                    "Content-Length: 12",
                    "+GET / HTTP/1",
                    "end",
                    "PUT http://b/2 HTTP/1.1",
                    "Host: b",
                    "Transfer-Encoding: chunked",
                    "Trailer: Digest",
                    "+hello0\r\n\r\nGET /",
                    "Digest: abc",
                    "Other: def",
                    "end",
                    "GET http://c/3 HTTP/1.0",
                    "end");

    @ParameterizedTest
    @EnumSource(
            value = Reader.class,
            names = {"WAITS", "RESUMES"})
    void decodesTheSameHoweverTheyAreCutInTwo(Reader reader) {
        for (int split = 0; split <= REQUESTS.length(); split++) {
            assertThat(
                            decode(
                                    reader,
                                    List.of(
                                            REQUESTS.substring(0, split),
                                            REQUESTS.substring(split))))
                    .as("split at %d", split)
                    .isEqualTo(DECODED);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Reader.class,
            names = {"WAITS", "RESUMES"})
    void decodesTheSameByteByByte(Reader reader) {
        assertThat(decode(reader, REQUESTS.chars().mapToObj(Character::toString).toList()))
                .isEqualTo(DECODED);
    }

    @Test
    void decodesTheSameThoughEverythingWaitedForTheFirstResume() {
        for (int split = 1; split < REQUESTS.length(); split++) {
            try (Decoding decoding = new Decoding(Reader.WAITS)) {
                decoding.receive(REQUESTS.substring(0, split)).receive(REQUESTS.substring(split));
                assertThat(drain(decoding)).as("split at %d", split).isEqualTo(DECODED);
            }
        }
    }

    @Test
    void comesOneRequestAtATimeHoweverTheyAreCut() {
        List<String> first = DECODED.subList(0, 5);
        for (int split = 0; split <= REQUESTS.length(); split++) {
            try (Decoding decoding = new Decoding(Reader.RESUMES_AFTER_HEADS)) {
                decoding.receive(REQUESTS.substring(0, split)).receive(REQUESTS.substring(split));
                assertThat(joined(decoding.comes())).as("split at %d", split).isEqualTo(first);
            }
        }
    }

    private static List<String> decode(Reader reader, List<String> pieces) {
        List<String> came = new ArrayList<>();
        try (Decoding decoding = new Decoding(reader)) {
            for (String piece : pieces) {
                decoding.receive(piece);
                if (reader == Reader.WAITS) {
                    came.addAll(drain(decoding));
                }
            }
            came.addAll(decoding.comes());
            assertThat(decoding.decoder.holdsBytes()).isFalse();
        }
        return joined(came);
    }

    /** Resumes until nothing comes any more. */
    private static List<String> drain(Decoding decoding) {
        List<String> came = new ArrayList<>();
        List<String> next = decoding.comes();
        while (!next.isEmpty()) {
            came.addAll(next);
            next = decoding.resume().comes();
        }
        return joined(came);
    }

    /** Pieces of content that follow each other are one. */
    private static List<String> joined(List<String> came) {
        List<String> joined = new ArrayList<>();
        for (String each : came) {
            if (each.startsWith("+") && !joined.isEmpty() && joined.getLast().startsWith("+")) {
                joined.set(joined.size() - 1, joined.getLast() + each.substring(1));
            } else {
                joined.add(each);
            }
        }
        return joined;
    }
}
