package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import conduit.e2e.kit.Background;
import conduit.e2e.kit.Body;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way in which a response may end, properly or not, ends the same way at the client. */
class ForwardedResponseTest {

    @AutoClose private static final TestProxy proxy = TestProxy.with();

    @Test
    void passesTheHeadOfAResponseToHeadOnWithoutABody() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(request("HEAD", "HTTP/1.1", origin));
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            Message reply = Message.replyToHead(client);
            assertThat(reply.head().values("Content-Length")).containsExactly("1000");
            expectTheConnectionStillWorks(client);
        }
    }

    @ParameterizedTest
    @CsvSource({"204,No Content,ETag: x", "304,Not Modified,Content-Length: 1000"})
    void passesResponsesWithoutABodyOn(int status, String reason, String field) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 %d %s\r\n%s\r\n\r\n".formatted(status, reason, field));
            Message reply = Message.reply(client);
            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.head().has("Transfer-Encoding")).as("%s", reply).isFalse();
            expectTheConnectionStillWorks(client);
        }
    }

    private static void expectTheConnectionStillWorks(Peer client) throws IOException {
        try (Origin next = Origin.listen()) {
            client.write(Wiring.FORWARD.request(next.target()));
            Peer remote = next.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext");
            assertThat(Message.reply(client).body()).isEqualTo("next");
        }
    }

    @Test
    void passesContinueOnAndThenTheBody() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(expecting(origin));
            Peer remote = origin.accept();
            Head request = Head.read(remote.in());
            assertThat(request.values("Expect")).containsExactly("100-continue");
            remote.write("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(Message.reply(client).status()).isEqualTo(100);
            client.write("hello");
            assertThat(remote.readText(5)).isEqualTo("hello");
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(Message.reply(client).body()).isEqualTo("ok");
        }
    }

    @Test
    void passesARefusalToContinueOn() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(expecting(origin));
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\n\r\nno");
            Message reply = Message.reply(client);
            assertThat(reply.status()).isEqualTo(417);
            assertThat(reply.body()).isEqualTo("no");
        }
    }

    private static String expecting(Origin origin) {
        return "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
                .formatted(origin.target().url("/"), origin.target().authority());
    }

    @Test
    void passesOtherInterimResponsesOn() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            Message hints = Message.reply(client);
            assertThat(hints.status()).isEqualTo(103);
            assertThat(hints.head().values("Link")).containsExactly("</x>");
            assertThat(Message.reply(client).body()).isEqualTo("ok");
        }
    }

    @Test
    void sparesAnOldClientTheChunks() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(request("GET", "HTTP/1.0", origin));
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            remote.write("5\r\nhello\r\n0\r\n\r\n");
            Message reply = Message.reply(client);
            assertThat(reply.head().has("Transfer-Encoding")).as("%s", reply).isFalse();
            assertThat(reply.body()).isEqualTo("hello");
            client.expectEnd();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0", "HTTP/1.1"})
    void doesNotHideThatTheOriginEndedMidBody(String clientsVersion) throws IOException {
        expectABrokenBody(clientsVersion, "Content-Length: 100\r\n\r\nhalf", false);
        expectABrokenBody(clientsVersion, "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", false);
        expectABrokenBody(clientsVersion, "Transfer-Encoding: chunked\r\n\r\n8\r\nhalf", false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0", "HTTP/1.1"})
    void doesNotHideThatTheOriginResetMidBody(String clientsVersion) throws IOException {
        expectABrokenBody(clientsVersion, "Content-Length: 100\r\n\r\nhalf", true);
        expectABrokenBody(clientsVersion, "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", true);
        expectABrokenBody(clientsVersion, "Connection: close\r\n\r\nhalf", true);
    }

    @Test
    void doesNotHideBrokenChunks() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
            Head head = Head.read(client.in());
            remote.write("xyz\r\n");
            assertThatThrownBy(() -> Body.ofReply(head, client.in()).readAllBytes())
                    .isInstanceOfAny(EOFException.class, SocketException.class);
        }
    }

    @Test
    void deliversSoundChunksBeforeBrokenOnesOfTheSameRead() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nxyz");
            Head.read(client.in());
            assertThat(client.readText("4\r\nhalf\r\n".length())).isEqualTo("4\r\nhalf\r\n");
            client.expectReset();
        }
    }

    /** RFC 9110, section 15.3.6: clients disagree on whether it may have one. */
    @Test
    void dropsTheBodyOfAResetContentAndDoesNotCountIt() throws IOException {
        for (String framed :
                new String[] {
                    "Content-Length: 5\r\n\r\nhello",
                    "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n",
                }) {
            try (Origin origin = Origin.listen();
                    Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
                Peer remote = origin.accept();
                Head.read(remote.in());
                remote.write("HTTP/1.1 205 Reset Content\r\n" + framed);
                Message reply = Message.reply(client);
                assertThat(reply.head().values("Content-Length")).containsExactly("0");
                assertThat(proxy.accessLineOf(client).down()).isZero();
                expectTheConnectionStillWorks(client);
            }
        }
    }

    private static void expectABrokenBody(String version, String fieldsAndBody, boolean reset)
            throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(request("GET", version, origin));
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 200 OK\r\n" + fieldsAndBody);
            Head head = Head.read(client.in());
            if (reset) {
                remote.reset();
            } else {
                remote.close();
            }
            assertThat(head.status()).as("%s", head).isEqualTo(200);
            assertThatThrownBy(() -> Body.ofReply(head, client.in()).readAllBytes())
                    .as("a whole body made of \"%s\"", fieldsAndBody)
                    .isInstanceOfAny(EOFException.class, SocketException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-",
                "SSH-2.0-OpenSSH_9.2\r\n",
                "\u0016\u0003\u0001\0\0",
                "HTTP/1.1 abc\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
                "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            })
    void saysThatTheOriginDoesNotAnswerInHttp(String answer) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write(answer).finish();
            Message reply = Message.reply(client);
            assertThat(reply.status()).as("%s", reply).isEqualTo(502);
            assertThat(reply.head().values("Proxy-Status"))
                    .as("%s", reply)
                    .singleElement()
                    .asString()
                    .startsWith("conduit; error=http_");
            assertThat(reply.body()).as("a line for people").matches("\\S[^\r\n]*\\S\r?\n");
            assertThat(proxy.accessLineOf(client).refusal()).isEqualTo("origin-failed");
            // Whatever else came from there, the client gets one answer.
            client.finish();
            client.expectClosed();
        }
    }

    @Test
    void answersAClientThatHasFinishedSendingAndReadsLate() throws Exception {
        Load load = Load.ofMegabytes(64, 1);
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            client.finish();
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(load.size()));
            AtomicLong written = new AtomicLong();
            Background<Boolean> writing =
                    Background.doing(() -> load.writeTo(remote.out(), written));
            Load.awaitStandstill(written);
            Head head = Head.read(client.in());
            assertThat(Load.Seen.in(Body.ofReply(head, client.in()))).isEqualTo(load.seen());
            writing.result();
        }
    }

    @Test
    void doesNotHideThatTheClientResetMidBody() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(
                    "POST %s HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"
                            .formatted(origin.target().url("/"), origin.target().authority()));
            Peer remote = origin.accept();
            assertThat(Head.read(remote.in()).values("Transfer-Encoding"))
                    .containsExactly("chunked");
            assertThat(remote.readText(9)).isEqualTo("4\r\nhalf\r\n");
            client.reset();
            remote.expectClosed();
        }
    }

    private static String request(String method, String version, Origin origin) {
        return "%s %s %s\r\nHost: %s\r\n\r\n"
                .formatted(method, origin.target().url("/"), version, origin.target().authority());
    }
}
