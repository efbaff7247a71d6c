package conduit.e2e.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import conduit.e2e.clients.Site.Page;
import conduit.e2e.clients.Site.Visit;
import conduit.e2e.kit.Body;
import java.io.IOException;
import java.io.OutputStream;

/** What a site answers with. */
final class Pages {

    static final Page NOT_FOUND = with("404 Not Found", "no such page\n");

    /** Sends back what came. */
    static final Page ECHO = visit -> answer(visit, "200 OK", visit.body(), "X-Echo: yes");

    private Pages() {}

    /** This body, and fields as whole lines. */
    static Page of(byte[] body, String... fields) {
        return visit -> {
            visit.body();
            answer(visit, "200 OK", body, fields);
        };
    }

    /** This status, and fields as whole lines. */
    static Page with(String status, String body, String... fields) {
        return visit -> {
            visit.body();
            answer(visit, status, body.getBytes(ISO_8859_1), fields);
        };
    }

    /** A status that has no body. */
    static Page without(String status, String... fields) {
        return visit -> {
            visit.body();
            visit.peer().write(head(status, fields) + "\r\n");
        };
    }

    /** This body, and the client is not told its length beforehand. */
    static Page inChunks(byte[] body) {
        return visit -> {
            visit.body();
            visit.peer().write(head("200 OK", "Transfer-Encoding: chunked") + "\r\n");
            OutputStream chunks = Body.chunks(visit.peer().out());
            int half = body.length / 2;
            if (half > 0) {
                chunks.write(body, 0, half);
            }
            chunks.write(body, half, body.length - half);
            visit.peer().write("0\r\n\r\n");
        };
    }

    /** Tells a client that asks so to send its body. */
    static Page continuing(Page page) {
        return visit -> {
            if (visit.request().has("Expect")) {
                visit.peer().write("HTTP/1.1 100 Continue\r\n\r\n");
            }
            page.answer(visit);
        };
    }

    /** Refuses without having read the body, and closes. */
    static Page refusing(String status) {
        return visit -> {
            visit.peer().write(head(status, "Content-Length: 0", "Connection: close") + "\r\n");
            visit.peer().finish();
            visit.peer().readToClose();
        };
    }

    private static void answer(Visit visit, String status, byte[] body, String... fields)
            throws IOException {
        String head = head(status, fields) + "Content-Length: " + body.length + "\r\n\r\n";
        visit.peer()
                .write(
                        head.getBytes(ISO_8859_1),
                        visit.method().equals("HEAD") ? new byte[0] : body);
    }

    private static String head(String status, String... fields) {
        StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append("\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return head.toString();
    }
}
