package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.Body;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Exchanges whose two halves overlap or break in unusual ways, and ends that nobody announces. */
class BrokenExchangeTest {

    @AutoClose private static final TestProxy proxy = TestProxy.with();

    @Test
    void deliversAllOfAnUploadWhoseAnswerCameFirst() throws Exception {
        Load upload = Load.ofMegabytes(8, 1);
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(put(origin, upload.size()));
            Background<Boolean> uploading = Background.doing(() -> upload.writeTo(client.out()));
            Peer remote = origin.accept();
            Head request = Head.read(remote.in());
            remote.write("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok");
            assertThat(Message.reply(client).body()).isEqualTo("ok");

            assertThat(Load.Seen.in(Body.ofRequest(request, remote.in()))).isEqualTo(upload.seen());
            uploading.result();
            assertThat(proxy.accessLineOf(client).up()).isEqualTo(upload.size());
        }
    }

    @Test
    void takesAResetInTheMiddleOfAnUploadForNoEndOfTheAnswer() throws Exception {
        Load upload = Load.ofMegabytes(64, 1);
        AtomicLong written = new AtomicLong();
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(put(origin, upload.size()));
            Background<Boolean> uploading =
                    Background.doing(() ->
                            assertThatThrownBy(() -> upload.writeTo(client.out(), written))
                                    .isInstanceOf(IOException.class));
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 200 OK\r\n\r\npart of a longer answer");
            Load.awaitStandstill(written);
            remote.reset();

            assertThatThrownBy(() -> Message.reply(client)).isInstanceOf(IOException.class);
            uploading.result();
            assertThat(proxy.accessLineOf(client).outcome()).isEqualTo("reset");
        }
    }

    @Test
    void namesTheErrorOfAnOriginThatResetsInsteadOfAnAnswer() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.reset();

            assertThat(Message.reply(client).status()).isEqualTo(502);
            expectReset(client);
        }
    }

    /** A write hears of the reset then, and the read behind it only of an end. */
    @Test
    void namesTheErrorOfAnOriginThatResetsInTheMiddleOfAnUpload() throws Exception {
        Load upload = Load.ofMegabytes(64, 1);
        AtomicLong written = new AtomicLong();
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(put(origin, upload.size()));
            Background<Boolean> uploading =
                    Background.doing(() -> upload.writeTo(client.out(), written));
            Peer remote = origin.accept();
            Head.read(remote.in());
            Load.awaitStandstill(written);
            remote.reset();

            assertThat(Message.reply(client).status()).isEqualTo(502);
            expectReset(client);
            client.reset();
            uploading.endsSomehow();
        }
    }

    private static void expectReset(Peer client) {
        AccessLine line = proxy.accessLineOf(client);
        assertThat(line.refusal()).as("%s", line).isEqualTo("origin-failed");
        String blame = "by=remote phase=response errno=ECONNRESET";
        assertThat(line.blame()).as("%s", line).isEqualTo(blame);
        assertThat(line.detail()).as("%s", line).contains("reset the connection");
    }

    @ParameterizedTest
    @EnumSource
    void noticesTheResetOfAClientThatHadFinishedSending(Wiring wiring) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = wiring.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            if (wiring == Wiring.FORWARD) {
                Head.read(remote.in());
                client.finish();
            } else {
                wiring.expectAccepted(client);
                client.finish();
                remote.expectEnd();
            }
            client.reset();

            // The origin is silent and stays so: only the reset can have ended this.
            assertThat(proxy.accessLineOf(client).by()).isEqualTo("client");
            remote.readToClose();
        }
    }

    @Test
    void refusesAnOriginThatSwitchesProtocolsUnasked() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nbytes of x");
            assertThat(Message.reply(client).status()).isEqualTo(502);
        }
    }

    @Test
    void showsAnHttp10ClientTheEndOfAnAnswerThatCameEarly() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(put(origin, 100).replace("HTTP/1.1", "HTTP/1.0") + "ten bytes.");
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
            assertThat(client.readToEnd()).endsWith("\r\n\r\nok");
        }
    }

    @Test
    void answersAFlawedRequestBehindAHeadInFull() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(
                    "HEAD %s HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"
                            .formatted(origin.target().url("/")));
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
            assertThat(Head.read(client.in()).status()).isEqualTo(200);
            assertThat(Message.reply(client).body()).contains("more than one Host");
        }
    }

    @Test
    void passesNoTrailerOnThatReachesBeyondItsBody() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(
                    "POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                            .formatted(origin.target().url("/")));
            client.write("0\r\nX-Sum: 1\r\nHost: evil\r\nConnection: close\r\n\r\n");
            Peer remote = origin.accept();
            assertThat(Message.request(remote).trailers())
                    .containsExactly(new Head.Field("X-Sum", "1"));
        }
    }

    @Test
    void dialsNoAddressThatSomeReadAsAnother() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.CONNECT.connect(proxy)) {
            client.write(
                    "CONNECT 127.0.0.01:%d HTTP/1.1\r\n\r\n".formatted(origin.target().port()));
            assertThat(Message.reply(client).status()).isEqualTo(400);
            origin.expectUntouched();
        }
    }

    private static String put(Origin origin, long length) {
        return "PUT %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
                .formatted(origin.target().url("/"), length);
    }
}
