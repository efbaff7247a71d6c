package conduit.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Family;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Well-formed requests that a proxy cannot fulfil, and what may follow them. */
class ProxyRequestTest {

    @AutoClose private static final TestProxy proxy = TestProxy.with();

    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/proxy?x=http://other.example/"})
    void tellsABrowserThatThisIsAProxy(String target) throws IOException {
        try (Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write("GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".formatted(target));
            Message reply = Message.reply(client);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body()).contains("proxy").matches("\\S[^\r\n]*\\S\r?\n");
            assertThat(reply.head().values("Content-Type"))
                    .singleElement()
                    .asString()
                    .startsWith("text/plain");
            assertThat(proxy.accessLineOf(client).refusal()).isEqualTo("malformed-request");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wss", "ftp", "ws"})
    void doesNotForwardOtherSchemes(String scheme) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            String authority = origin.target().authority();
            client.write(
                    "GET %s://%s/ HTTP/1.1\r\nHost: %s\r\n\r\n"
                            .formatted(scheme, authority, authority));
            Message reply = Message.reply(client);
            assertThat(reply.status()).isEqualTo(501);
            assertThat(reply.body()).contains("http://").matches("\\S[^\r\n]*\\S\r?\n");
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.refusal()).as("%s", line).isEqualTo("unsupported-scheme");
            origin.expectUntouched();
        }
    }

    @Test
    void doesNotReadARequestBehindARefusedConnect() throws IOException {
        Target closed = Target.closed(Family.IPV4);
        try (Origin origin = Origin.listen();
                Peer client = Wiring.CONNECT.connect(proxy)) {
            client.write(Wiring.CONNECT.request(closed), Wiring.FORWARD.request(origin.target()));
            assertThat(Message.reply(client).status()).isEqualTo(502);
            client.expectEnd();
            origin.expectUntouched();
        }
    }

    @Test
    void letsARefusedClientReadTheAnswerAlthoughItSentMore() throws IOException {
        Target closed = Target.closed(Family.IPV4);
        try (Peer client = Wiring.CONNECT.connect(proxy)) {
            // A reset because of unread bytes would overtake the answer, or come instead of the
            // end.
            client.write(Wiring.CONNECT.request(closed), "x".repeat(30_000).getBytes(US_ASCII));
            proxy.accessLineOf(client);
            client.write("y".repeat(30_000));
            assertThat(Message.reply(client).status()).isEqualTo(502);
            client.expectEnd();
        }
    }

    @Test
    void doesNotKeepARefusedClientThatNeverCloses() throws IOException {
        int before = proxy.descriptorsAtRest();
        try (Peer client = Wiring.CONNECT.ask(proxy, Target.closed(Family.IPV4))) {
            assertThat(Message.reply(client).status()).isEqualTo(502);
            client.expectEnd();
            proxy.awaitDescriptors(before);
        }
    }

    @Test
    void namesTheProtocolOfSocksClients() throws IOException {
        expectNoted("\5\1\0", "socks5");
        expectNoted("\4\1\0\120\177\0\0\1\0", "socks4");
    }

    @Test
    void namesTheProtocolOfTlsClients() throws IOException {
        expectNoted("\u0016\3\1\2\0\1\0\1\u00fc\3\3" + "x".repeat(200), "tls");
    }

    private static void expectNoted(String bytes, String protocol) throws IOException {
        try (Peer client = Wiring.CONNECT.connect(proxy)) {
            client.write(bytes);
            assertThat(Message.reply(client).status()).isEqualTo(400);
            client.expectClosed();
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.refusal()).as("%s", line).isEqualTo("malformed-request");
            assertThat(line.inbound()).as("%s", line).isEqualTo("http");
            assertThat(line.detail().toLowerCase(Locale.ROOT)).as("%s", line).contains(protocol);
        }
    }
}
