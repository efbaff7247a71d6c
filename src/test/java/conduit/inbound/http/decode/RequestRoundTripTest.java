package conduit.inbound.http.decode;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.inbound.Seed;
import conduit.inbound.http.decode.Decoding.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random requests, written, cut at random and decoded. */
class RequestRoundTripTest {

    private static final String TOKEN =
            "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final String TARGET = TOKEN.replace("#", "") + "\"()/,:;<=>?@[\\]{}";
    private static final String VALUE = TARGET + "# \t\u0080\u00e9\u00ff";

    /** A connection's bytes, and what they mean in the words of {@link Decoding}. */
    private record Sent(StringBuilder bytes, List<String> meaning) {}

    @Test
    void readsBackWhateverAClientMaySend() {
        Seed.rounds(
                2_000,
                random -> {
                    Sent sent = new Sent(new StringBuilder(), new ArrayList<>());
                    int requests = 1 + random.nextInt(3);
                    for (int i = 0; i < requests; i++) {
                        addRequest(sent, random);
                    }
                    assertThat(decodeInPieces(sent.bytes().toString(), random))
                            .isEqualTo(sent.meaning());
                });
    }

    private static void addRequest(Sent sent, Random random) {
        // Begins with a lower case letter, so that it never is CONNECT.
        String method = "m" + some(TOKEN, random.nextInt(8), random);
        String line = method + " " + some(TARGET, 1 + random.nextInt(60), random) + " HTTP/1.1";
        sent.bytes().append("\r\n".repeat(random.nextInt(10) / 8)).append(line).append("\r\n");
        sent.meaning().add(line);
        addField(sent, "Host", "a");
        addRandomFields(sent, "X-", random);
        switch (random.nextInt(3)) {
            case 0 -> sent.bytes().append("\r\n");
            case 1 -> addBodyWithLength(sent, random);
            default -> addBodyInChunks(sent, random);
        }
        sent.meaning().add("end");
    }

    private static void addBodyWithLength(Sent sent, Random random) {
        String body = some(VALUE + "\r\n", random.nextInt(100), random);
        addField(sent, "Content-Length", String.valueOf(body.length()));
        sent.bytes().append("\r\n").append(body);
        addContent(sent, body);
    }

    private static void addBodyInChunks(Sent sent, Random random) {
        addField(sent, "Transfer-Encoding", "chunked");
        sent.bytes().append("\r\n");
        StringBuilder body = new StringBuilder();
        int chunks = random.nextInt(4);
        for (int i = 0; i < chunks; i++) {
            String chunk = some(VALUE + "\r\n", 1 + random.nextInt(40), random);
            String size = Integer.toHexString(chunk.length());
            sent.bytes().append(size).append("\r\n").append(chunk).append("\r\n");
            body.append(chunk);
        }
        addContent(sent, body.toString());
        sent.bytes().append("0\r\n");
        addRandomFields(sent, "T-", random);
        sent.bytes().append("\r\n");
    }

    private static void addContent(Sent sent, String body) {
        if (!body.isEmpty()) {
            sent.meaning().add("+" + body);
        }
    }

    private static void addRandomFields(Sent sent, String prefix, Random random) {
        int fields = random.nextInt(4);
        for (int i = 0; i < fields; i++) {
            String name = prefix + i + some(TOKEN, random.nextInt(10), random);
            addField(sent, name, some(VALUE, random.nextInt(40), random));
        }
    }

    private static void addField(Sent sent, String name, String value) {
        sent.bytes().append(name).append(": ").append(value).append("\r\n");
        sent.meaning().add(name + ": " + value.replaceAll("^[ \t]+|[ \t]+$", ""));
    }

    private static String some(String characters, int length, Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(characters.charAt(random.nextInt(characters.length())));
        }
        return text.toString();
    }

    private static List<String> decodeInPieces(String bytes, Random random) {
        try (Decoding decoding = new Decoding(Reader.RESUMES)) {
            int at = 0;
            while (at < bytes.length()) {
                int to = Math.min(bytes.length(), at + 1 + random.nextInt(80));
                decoding.receive(bytes.substring(at, to));
                at = to;
            }
            return decoding.comes();
        }
    }
}
