package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Head;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The limits of HTTP messages, where the operator has moved them. */
class HttpLimitsTest {

    @AutoClose
    private static final TestProxy narrow =
            TestProxy.with(
                    "--http-max-request-line=1024",
                    "--http-max-header-size=2048",
                    "--http-max-header-fields=20");

    @AutoClose
    private static final TestProxy wide =
            TestProxy.with(
                    "--http-max-request-line=1048576",
                    "--http-max-header-size=1048576",
                    "--http-max-header-fields=10000");

    private static String request(Origin origin, String path, String fields) {
        return "GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n".formatted(origin.target().url(path), fields);
    }

    private static int statusOf(TestProxy proxy, String path, String fields) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(request(origin, path, fields));
            return Message.reply(client).status();
        }
    }

    @Test
    void mayBeNarrow() throws IOException {
        assertThat(statusOf(narrow, "/" + "x".repeat(1_024), "")).isEqualTo(414);
        assertThat(statusOf(narrow, "/", "X: " + "y".repeat(2_048) + "\r\n")).isEqualTo(431);
        assertThat(statusOf(narrow, "/", "X: y\r\n".repeat(20))).isEqualTo(431);
    }

    @Test
    void areExact() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(narrow)) {
            int line = 1_024 - request(origin, "/", "").indexOf("\r\n");
            // Besides Host, and without the empty line.
            int value = 2_048 - "Host: x\r\nX: \r\n".length();
            String fields = "X: " + "y".repeat(value) + "\r\n";
            client.write(request(origin, "/" + "x".repeat(line), fields));
            Peer remote = origin.accept();
            assertThat(Head.read(remote.in()).values("X").getFirst()).hasSize(value);
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(Message.reply(client).body()).isEqualTo("ok");
            client.write(request(origin, "/" + "x".repeat(line + 1), ""));
            assertThat(Message.reply(client).status()).isEqualTo(414);
        }
        int value = 2_048 - "Host: x\r\nX: \r\n".length();
        assertThat(statusOf(narrow, "/", "X: " + "y".repeat(value + 1) + "\r\n")).isEqualTo(431);
    }

    @Test
    void holdForResponsesToo() throws IOException {
        for (String fields :
                new String[] {"X: " + "y".repeat(2_048), "X: y\r\n".repeat(20) + "X: y"}) {
            try (Origin origin = Origin.listen();
                    Peer client = Wiring.FORWARD.ask(narrow, origin.target())) {
                Peer remote = origin.accept();
                Head.read(remote.in());
                remote.write("HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\n");
                assertThat(Message.reply(client).status()).isEqualTo(502);
            }
        }
    }

    @Test
    void mayBeWide() throws IOException {
        String path = "/" + "x".repeat(100_000);
        String fields = "X: " + "y".repeat(50) + "\r\n";
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(wide)) {
            client.write(request(origin, path, fields.repeat(2_000)));
            Peer remote = origin.accept();
            Head asked = Head.read(remote.in());
            assertThat(asked.startLine()).isEqualTo("GET " + path + " HTTP/1.1");
            assertThat(asked.values("X")).hasSize(2_000);
            remote.write(
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + fields.repeat(2_000) + "\r\nok");
            Message reply = Message.reply(client);
            assertThat(reply.head().values("X")).hasSize(2_000);
            assertThat(reply.body()).isEqualTo("ok");
        }
    }
}
