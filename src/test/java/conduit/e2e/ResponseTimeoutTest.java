package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Body;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.ProxyPerUpstream;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Upstream;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code --http-response-timeout} ends, and what it leaves alone. */
class ResponseTimeoutTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /** Longer than the timeout, for whatever is not to be ended by it. */
    private static final Duration LONG = Duration.ofMillis(1_200);

    @AutoClose
    private static final ProxyPerUpstream proxies =
            ProxyPerUpstream.with("--threads=1", "--http-response-timeout=700ms");

    private static TestProxy direct() throws IOException {
        return proxies.to(Upstream.DIRECT);
    }

    private static String put(Origin origin, int length) {
        return "PUT %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
                .formatted(origin.target().url("/"), length);
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECT", "SOCKS5"})
    void endsTheWaitForAnOriginThatIsSilent(Upstream upstream) throws IOException {
        TestProxy proxy = proxies.to(upstream);
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            Message reply = Message.reply(client);
            assertThat(reply.status()).isEqualTo(504);
            assertThat(reply.head().values("Proxy-Status").getFirst())
                    .startsWith("conduit; error=http_response_timeout; ");
            assertThat(reply.body()).contains("no answer within 700 ms");
            remote.expectClosed();
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.refusal()).isEqualTo("response-timed-out");
            assertThat(line.blame()).isEqualTo("by=remote phase=response errno=-");
        }
    }

    @Test
    void endsTheWaitForAParentThatIsSilent() throws IOException {
        try (Origin parent = Origin.listen();
                TestProxy proxy =
                        TestProxy.with(
                                "--http-response-timeout=700ms",
                                "--upstream=http://" + parent.target().authority());
                Peer client = Wiring.FORWARD.ask(proxy, new Target("wanted.test", 80))) {
            Peer asked = parent.accept();
            Head.read(asked.in());
            assertThat(Message.reply(client).status()).isEqualTo(504);
            asked.expectClosed();
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.refusal()).isEqualTo("response-timed-out");
            assertThat(line.blame()).isEqualTo("by=parent phase=response errno=-");
        }
    }

    @Test
    void endsTheWaitOnAConnectionThatHasServedBefore() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(direct(), origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write(OK);
            Message.reply(client);
            client.write(Wiring.FORWARD.request(origin.target()));
            Head.read(remote.in());
            assertThat(Message.reply(client).status()).isEqualTo(504);
            remote.expectClosed();
        }
    }

    @Test
    void doesNotCountWhileTheRequestIsUnderWay() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(direct())) {
            client.write(put(origin, 8) + "half");
            Peer remote = origin.accept();
            Head.read(remote.in());
            client.expectSilence(LONG);
            client.write("half");
            assertThat(remote.readText(8)).isEqualTo("halfhalf");
            remote.write(OK);
            assertThat(Message.reply(client).body()).isEqualTo("ok");
        }
    }

    @Test
    void countsFromTheEndOfAnUpload() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(direct())) {
            client.write(put(origin, 8) + "halfhalf");
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.readText(8);
            assertThat(Message.reply(client).status()).isEqualTo(504);
        }
    }

    @Test
    void countsFromTheEndOfAnUploadThatTheOriginHasAskedFor() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(direct())) {
            client.write(put(origin, 8).replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n"));
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(Message.reply(client).status()).isEqualTo(100);
            client.expectSilence(LONG);
            client.write("halfhalf");
            remote.readText(8);
            assertThat(Message.reply(client).status()).isEqualTo(504);
        }
    }

    /** Its kernel has room for a part of the request only, and ours for the rest. */
    @Test
    void doesNotCountWhileTheOriginsKernelHasNotTheWholeRequest() throws IOException {
        Load load = new Load(1_000_000, 1);
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(direct())) {
            client.write(put(origin, Math.toIntExact(load.size())));
            load.writeTo(client.out());
            Peer remote = origin.accept();
            client.expectSilence(LONG);
            Head head = Head.read(remote.in());
            assertThat(Load.Seen.in(Body.ofRequest(head, remote.in()))).isEqualTo(load.seen());
            Message reply = Message.reply(client);
            assertThat(reply.status()).as("when it has it all").isEqualTo(504);
        }
    }

    @Test
    void takesAnInterimResponseForAnAnswer() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(direct(), origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 102 Processing\r\n\r\n");
            assertThat(Message.reply(client).status()).isEqualTo(102);
            client.expectSilence(LONG);
            remote.write(OK);
            assertThat(Message.reply(client).body()).isEqualTo("ok");
        }
    }

    @Test
    void leavesAnAnswerThatHasBegunAlone() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(direct(), origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n");
            client.expectSilence(LONG);
            remote.write("\r\nok");
            assertThat(Message.reply(client).body()).isEqualTo("ok");
        }
    }

    @Test
    void leavesTheNextExchangeOnTheConnectionAlone() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(direct(), origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write(OK);
            Message.reply(client);
            client.write(put(origin, 8) + "half");
            Head.read(remote.in());
            client.expectSilence(LONG);
            client.write("half");
            remote.write(OK);
            assertThat(Message.reply(client).body()).isEqualTo("ok");
        }
    }
}
