package conduit.inbound.http.decode;

import static conduit.inbound.http.decode.Heads.printable;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.smuggling.OddRequests;
import conduit.e2e.smuggling.OddResponses;
import conduit.e2e.smuggling.StrictReader;
import conduit.e2e.smuggling.StrictReader.Reading;
import conduit.inbound.Seed;
import conduit.inbound.http.decode.Decoding.Reader;
import io.netty.handler.codec.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The odd messages, mutated and cut at random: whatever a decoder takes for one whole message, a
 * strict reader that shares nothing with it takes for the same, and the other way round.
 */
class DecoderFuzzTest {

    private static final int ROUNDS = 10_000;

    /** Longer ones are about limits, which the reader does not know. */
    private static final int LONGEST = 2_000;

    private static final List<String> REQUESTS =
            OddRequests.all().stream()
                    .map(odd -> odd.bytes().replace("ORIGIN", "a"))
                    .filter(bytes -> bytes.length() < LONGEST)
                    .toList();
    private static final List<OddResponses.Odd> RESPONSES =
            OddResponses.all().stream().filter(odd -> odd.bytes().length() < LONGEST).toList();

    private static final List<String> SCRAPS =
            List.of(
                    "\r\n",
                    "\r",
                    "\n",
                    " ",
                    "\t",
                    ";",
                    ":",
                    "\"",
                    "\\",
                    "\0",
                    "\u000b",
                    "\u0080",
                    "\u00ff",
                    "0",
                    "5",
                    "f",
                    "0\r\n\r\n",
                    "\r\n\r\n",
                    "Content-Length: 5\r\n",
                    "Transfer-Encoding: chunked\r\n",
                    "Host: a\r\n",
                    "HTTP/1.0",
                    "HTTP/1.1 200 OK\r\n",
                    "204",
                    "100");

    @Test
    void readsRequestsAsTheStrictReaderDoes() {
        Seed.rounds(
                ROUNDS,
                random -> {
                    String text = mutated(REQUESTS.get(random.nextInt(REQUESTS.size())), random);
                    List<String> came = new ArrayList<>();
                    try (Decoding decoding = new Decoding(Reader.RESUMES_AFTER_HEADS)) {
                        pieces(text, random).forEach(decoding::receive);
                        came.addAll(decoding.comes());
                        decoding.removeDecoder();
                        came.addAll(decoding.comes());
                    }
                    assertSame(StrictReader.request(text), came, text);
                });
    }

    @Test
    void readsResponsesAsTheStrictReaderDoes() {
        Seed.rounds(
                ROUNDS,
                random -> {
                    OddResponses.Odd odd = RESPONSES.get(random.nextInt(RESPONSES.size()));
                    String text = mutated(odd.bytes(), random);
                    List<String> came = new ArrayList<>();
                    try (ResponseDecoding decoding = new ResponseDecoding()) {
                        decoding.expect(HttpMethod.valueOf(odd.method()));
                        pieces(text, random).forEach(decoding::receive);
                        decoding.inputEnds();
                        came.addAll(decoding.comes());
                        decoding.removeDecoder();
                        came.addAll(decoding.comes());
                    }
                    Reading reading = StrictReader.response(text, odd.method());
                    assertSame(reading, withoutInterim(came), text);
                });
    }

    /** What the reader skips: responses of status 1xx, and their ends. */
    private static List<String> withoutInterim(List<String> came) {
        List<String> rest = came;
        while (!rest.isEmpty() && rest.getFirst().matches("(?s)1(?!01)\\d\\d( .*)?")) {
            int end = rest.indexOf("end");
            rest = end < 0 ? List.of() : rest.subList(end + 1, rest.size());
        }
        return rest;
    }

    private static void assertSame(Reading reading, List<String> came, String text) {
        String context = printable(text) + "\ncame: " + came + "\nread: " + reading;
        assertThat(came).as(context).doesNotContain("failed");
        switch (reading) {
            case Reading.None _ -> assertThat(came).as(context).doesNotContain("end");
            case Reading.Whole(var message, var rest) -> {
                assertThat(came).as(context).contains("end");
                // A method may begin with it too.
                Stream<String> behindStart = came.stream().skip(1);
                String body = behindStart.filter(c -> c.startsWith("+")).findFirst().orElse("+");
                assertThat(body.substring(1)).as(context).isEqualTo(message.body());
                String behind = came.getLast().startsWith("bytes ") ? came.getLast() : "bytes ";
                assertThat(behind.substring("bytes ".length())).as(context).isEqualTo(rest);
            }
        }
    }

    private static String mutated(String message, Random random) {
        StringBuilder text = new StringBuilder(message);
        int mutations = random.nextInt(4);
        for (int i = 0; i < mutations && !text.isEmpty(); i++) {
            int at = random.nextInt(text.length());
            int to = Math.min(text.length(), at + 1 + random.nextInt(8));
            switch (random.nextInt(6)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.delete(at, to);
                case 3 -> text.insert(at, text.substring(at, to));
                case 4 -> text.insert(at, SCRAPS.get(random.nextInt(SCRAPS.size())));
                default -> text.insert(at, other(random), 0, 1 + random.nextInt(20));
            }
        }
        return text.toString();
    }

    /** The beginning of another message, long enough to take a part of. */
    private static String other(Random random) {
        return REQUESTS.get(random.nextInt(REQUESTS.size()));
    }

    private static List<String> pieces(String text, Random random) {
        List<String> pieces = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int to = Math.min(text.length(), at + 1 + random.nextInt(1 + random.nextInt(200)));
            pieces.add(text.substring(at, to));
            at = to;
        }
        return pieces;
    }
}
