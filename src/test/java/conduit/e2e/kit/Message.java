package conduit.e2e.kit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;

/**
 * A whole HTTP message; reading one fails unless it ends properly.
 *
 * @param body a character for each byte
 */
public record Message(Head head, String body, List<Head.Field> trailers) {

    public Message {
        trailers = List.copyOf(trailers);
    }

    /** Reads the response to anything but a HEAD. */
    public static Message reply(Peer client) throws IOException {
        Head head = Head.read(client.in());
        int status = head.status();
        boolean bodiless = status < 200 || status == 204 || status == 304;
        return bodiless
                ? new Message(head, "", List.of())
                : readBody(head, Body.ofReply(head, client.in()));
    }

    /** Reads the response to a HEAD. */
    public static Message replyToHead(Peer client) throws IOException {
        return new Message(Head.read(client.in()), "", List.of());
    }

    /** Reads a request. */
    public static Message request(Peer remote) throws IOException {
        Head head = Head.read(remote.in());
        return readBody(head, Body.ofRequest(head, remote.in()));
    }

    /** A request without a body, whose Host is what its target says. */
    public static String get(String url) {
        return "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(url, URI.create(url).getAuthority());
    }

    private static Message readBody(Head head, InputStream body) throws IOException {
        String text = new String(body.readAllBytes(), ISO_8859_1);
        return new Message(
                head, text, body instanceof Body.Chunked chunked ? chunked.trailers() : List.of());
    }

    public int status() {
        return head.status();
    }

    @Override
    public String toString() {
        return head + "\n" + body;
    }
}
