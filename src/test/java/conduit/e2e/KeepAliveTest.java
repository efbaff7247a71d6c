package conduit.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Family;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One client connection, many requests: in a row, ahead of the answers, and idle between. */
class KeepAliveTest {

    @AutoClose private static final TestProxy proxy = TestProxy.with("--http-idle-timeout=1s");

    @Test
    void servesOneClientFromSeveralOrigins() throws IOException {
        try (Origin first = Origin.listen().serving(peer -> answer(peer, "first"));
                Origin second = Origin.listen().serving(peer -> answer(peer, "second"));
                Peer client = Wiring.FORWARD.connect(proxy)) {
            for (int i = 0; i < 3; i++) {
                client.write(Wiring.FORWARD.request(first.target()));
                assertThat(Message.reply(client).body()).isEqualTo("first");
                client.write(Wiring.FORWARD.request(second.target()));
                assertThat(Message.reply(client).body()).isEqualTo("second");
            }
        }
    }

    private static void answer(Peer remote, String text) throws IOException {
        while (true) {
            Message.request(remote);
            remote.write(
                    "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(text.length(), text));
        }
    }

    @Test
    void goesOnAfterARequestWithABody() throws IOException {
        try (Origin origin = Origin.listen().serving(peer -> answer(peer, "ok"));
                Peer client = Wiring.FORWARD.connect(proxy)) {
            for (int i = 0; i < 3; i++) {
                client.write(
                        "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
                                .formatted(origin.target().url("/")));
                assertThat(Message.reply(client).body()).isEqualTo("ok");
            }
        }
    }

    @Test
    void goesOnAfterARefusedDestination() throws IOException {
        Target closed = Target.closed(Family.IPV4);
        try (Origin origin = Origin.listen().serving(peer -> answer(peer, "ok"));
                Peer client = Wiring.FORWARD.ask(proxy, closed)) {
            Message refusal = Message.reply(client);
            assertThat(refusal.status()).isEqualTo(502);
            if (refusal.head().values("Connection").contains("close")) {
                client.expectEnd();
                return;
            }
            client.write(Wiring.FORWARD.request(origin.target()));
            assertThat(Message.reply(client).body()).isEqualTo("ok");
        }
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() throws IOException {
        try (Origin slow = Origin.listen();
                Origin quick = Origin.listen().serving(peer -> answer(peer, "quick"));
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(
                    Wiring.FORWARD.request(slow.target()),
                    Wiring.FORWARD.request(quick.target()),
                    Wiring.FORWARD.request(slow.target()));
            Peer first = slow.accept();
            Head.read(first.in());
            first.expectSilence(Duration.ofMillis(200));
            first.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow");
            assertThat(Message.reply(client).body()).isEqualTo("slow");
            assertThat(Message.reply(client).body()).isEqualTo("quick");
            Head.read(first.in());
            first.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nagain");
            assertThat(Message.reply(client).body()).isEqualTo("again");
        }
    }

    @Test
    void answersManyPipelinedRequests() throws IOException {
        try (Origin origin = Origin.listen().serving(KeepAliveTest::answerWithTheTarget);
                Peer client = Wiring.FORWARD.connect(proxy)) {
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                requests.append(
                        "GET %s HTTP/1.1\r\nHost: x\r\n\r\n"
                                .formatted(origin.target().url("/" + i)));
            }
            client.write(requests.toString());
            for (int i = 0; i < 50; i++) {
                assertThat(Message.reply(client).body()).isEqualTo("GET /" + i + " HTTP/1.1");
            }
        }
    }

    private static void answerWithTheTarget(Peer remote) throws IOException {
        while (true) {
            String line = Head.read(remote.in()).startLine();
            remote.write(
                    "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(line.length(), line));
        }
    }

    @Test
    void opensATunnelAskedForBehindAnotherRequest() throws IOException {
        try (Origin plain = Origin.listen();
                Origin tunnelled = Origin.listen().serving(Origin::echo);
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(
                    Wiring.FORWARD.request(plain.target()),
                    Wiring.CONNECT.request(tunnelled.target()),
                    "early".getBytes(ISO_8859_1));
            answer(plain.accept(), client, "plain");
            Wiring.CONNECT.expectAccepted(client);
            assertThat(client.readText(5)).isEqualTo("early");
            assertThat(client.write(" late").readText(5)).isEqualTo(" late");
            client.finish();
            client.expectEnd();
        }
    }

    private static void answer(Peer remote, Peer client, String text) throws IOException {
        Head.read(remote.in());
        remote.write(
                "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s".formatted(text.length(), text));
        assertThat(Message.reply(client).body()).isEqualTo(text);
    }

    @Test
    void closesWhenTheClientAsksForIt() throws IOException {
        expectTheEndAfter("HTTP/1.1", "Connection: close");
    }

    @Test
    void closesAfterAnHttp10Request() throws IOException {
        expectTheEndAfter("HTTP/1.0", "X: y");
    }

    private static void expectTheEndAfter(String version, String field) throws IOException {
        try (Origin origin = Origin.listen().serving(peer -> answer(peer, "ok"));
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(
                    "GET %s %s\r\nHost: x\r\n%s\r\n\r\n"
                            .formatted(origin.target().url("/"), version, field));
            assertThat(Message.reply(client).body()).isEqualTo("ok");
            client.expectEnd();
        }
    }

    @Test
    void closesAConnectionThatIsIdleBetweenRequests() throws IOException {
        try (Origin origin = Origin.listen().serving(peer -> answer(peer, "ok"));
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            assertThat(Message.reply(client).body()).isEqualTo("ok");
            client.expectEnd();
        }
    }

    @Test
    void keepsAConnectionWhileTheOriginThinks() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.expectSilence(Duration.ofMillis(1_500));
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
            client.readText(17);
            remote.expectSilence(Duration.ofMillis(1_500));
            remote.write("done");
            assertThat(client.readToEnd()).endsWith("\r\n\r\ndone");
        }
    }

    /** The idle time begins anew behind each request, whatever has passed of it meanwhile. */
    @ParameterizedTest
    @ValueSource(longs = {500, 1_500})
    void closesAConnectionThatWasUsedOnceMore(long thinking) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            answer(remote, client, "first");
            client.write(Wiring.FORWARD.request(origin.target()));
            Head.read(remote.in());
            remote.expectSilence(Duration.ofMillis(thinking));
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond");
            assertThat(Message.reply(client).body()).isEqualTo("second");
            client.expectEnd();
        }
    }
}
