package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Background;
import conduit.e2e.kit.Body;
import conduit.e2e.kit.Family;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.ProxyPerUpstream;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Upstream;
import conduit.e2e.kit.Way;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies of forwarded requests and responses stream through, in both framings, at once. */
class ForwardedBodyTest {

    private static final long GROWS_AT_MOST = 60L << 20;

    /** The heap is small and touched at the start, so what a process grows by is stored bytes. */
    @AutoClose
    private static final ProxyPerUpstream proxies =
            new ProxyPerUpstream(
                    Launch.withBothListeners()
                            .onJvm(
                                    "-Xms64m",
                                    "-Xmx64m",
                                    "-XX:+AlwaysPreTouch",
                                    "-XX:MaxDirectMemorySize=32m"));

    /** How the length of a body is told. */
    enum Framing {
        CONTENT_LENGTH {
            @Override
            String field(Load load) {
                return "Content-Length: " + load.size();
            }

            @Override
            void send(Load load, Peer from) throws IOException {
                load.writeTo(from.out());
            }
        },
        CHUNKED {
            @Override
            String field(Load load) {
                return "Transfer-Encoding: chunked";
            }

            @Override
            void send(Load load, Peer from) throws IOException {
                load.writeTo(Body.chunks(from.out()));
                from.write("0\r\n\r\n");
            }
        };

        abstract String field(Load load);

        abstract void send(Load load, Peer from) throws IOException;
    }

    record Exchange(Way way, Framing framing) {}

    static Stream<Exchange> every() {
        return Way.exchanges()
                .flatMap(way ->
                        Arrays.stream(Framing.values()).map(framing -> new Exchange(way, framing)));
    }

    @ParameterizedTest
    @MethodSource("every")
    void carriesThirtyTwoMegabytesEachWayInOneExchange(Exchange exchange) throws Exception {
        carriesEachWayAtOnce(exchange, Load.ofMegabytes(32, 1), Load.ofMegabytes(32, 2));
    }

    @ParameterizedTest
    @EnumSource
    void carriesAGigabyteInASmallProcess(Framing framing) throws Exception {
        TestProxy proxy = proxies.to(Upstream.DIRECT);
        long before = proxy.peakMemory();
        Way way = new Way(Wiring.FORWARD, Family.IPV4, Upstream.DIRECT);
        Exchange exchange = new Exchange(way, framing);
        carriesEachWayAtOnce(exchange, Load.ofMegabytes(512, 3), Load.ofMegabytes(512, 4));
        assertThat(proxy.peakMemory() - before)
                .as("bytes by which the process grew")
                .isLessThan(GROWS_AT_MOST);
    }

    private static void carriesEachWayAtOnce(Exchange exchange, Load up, Load down)
            throws Exception {
        Framing framing = exchange.framing();
        try (Origin origin = exchange.way().origin();
                Peer client = Wiring.FORWARD.connect(proxies.on(exchange.way()))) {
            client.write(
                    "POST %s HTTP/1.1\r\nHost: %s\r\n%s\r\n\r\n"
                            .formatted(
                                    origin.target().url("/"),
                                    origin.target().authority(),
                                    framing.field(up)));
            Background<Boolean> uploading = Background.doing(() -> framing.send(up, client));
            Peer remote = origin.accept();
            Head request = Head.read(remote.in());
            Background<Load.Seen> atTheOrigin =
                    Background.of(() -> Load.Seen.in(Body.ofRequest(request, remote.in())));
            remote.write("HTTP/1.1 200 OK\r\n%s\r\n\r\n".formatted(framing.field(down)));
            Background<Boolean> downloading = Background.doing(() -> framing.send(down, remote));

            Head reply = Head.read(client.in());
            assertThat(Load.Seen.in(Body.ofReply(reply, client.in()))).isEqualTo(down.seen());
            assertThat(atTheOrigin.result()).isEqualTo(up.seen());
            uploading.result();
            downloading.result();
        }
    }

    @ParameterizedTest
    @EnumSource
    void passesTrailersOnBothWays(Upstream upstream) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxies.to(upstream))) {
            client.write(
                    "POST %s HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                            .formatted(origin.target().url("/"), origin.target().authority()));
            client.write("5\r\nhello\r\n0\r\nX-Sum: 17\r\n\r\n");
            Peer remote = origin.accept();
            Message request = Message.request(remote);
            assertThat(request.body()).isEqualTo("hello");
            assertThat(request.trailers()).containsExactly(new Head.Field("X-Sum", "17"));

            remote.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n");
            remote.write("3\r\nbye\r\n0\r\nX-Sum: 18\r\n\r\n");
            Message reply = Message.reply(client);
            assertThat(reply.body()).isEqualTo("bye");
            assertThat(reply.trailers()).containsExactly(new Head.Field("X-Sum", "18"));
        }
    }

    @Test
    void deliversEachPieceOfAnAnswerAsItComes() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxies.to(Upstream.DIRECT), origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nfirst half");
            Head.read(client.in());
            assertThat(client.readText(10)).isEqualTo("first half");
            remote.write("secondhalf");
            assertThat(client.readText(10)).isEqualTo("secondhalf");
        }
    }

    @Test
    void deliversAnAnswerThatComesBeforeTheUploadIsOver() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxies.to(Upstream.DIRECT))) {
            Peer remote = halfUploaded(client, origin);
            remote.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno");
            Message reply = Message.reply(client);
            assertThat(reply.status()).isEqualTo(413);
            assertThat(reply.body()).isEqualTo("no");
            client.write("half");
            assertThat(remote.readText(4)).isEqualTo("half");
        }
    }

    @ParameterizedTest
    @EnumSource
    void deliversAnEarlyAnswerOfAnOriginThatCloses(Upstream upstream) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxies.to(upstream))) {
            Peer remote = halfUploaded(client, origin);
            remote.write(
                    "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
            remote.close();
            Message reply = Message.reply(client);
            assertThat(reply.status()).isEqualTo(413);
            assertThat(reply.body()).isEqualTo("no");
        }
    }

    /** Its end of stream says that it has answered, and not that it reads no more. */
    @ParameterizedTest
    @EnumSource
    void deliversTheRestToAnOriginThatHasAnsweredAndFinished(Upstream upstream) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxies.to(upstream))) {
            Peer remote = halfUploaded(client, origin);
            remote.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
                    .finish();
            assertThat(Message.reply(client).body()).isEqualTo("ok");
            client.expectEnd();
            client.write("more");
            assertThat(remote.readText(4)).isEqualTo("more");
        }
    }

    @ParameterizedTest
    @EnumSource
    void understandsAnOriginThatEndsItsAnswerByClosing(Upstream upstream) throws IOException {
        for (String clientsVersion : List.of("HTTP/1.0", "HTTP/1.1")) {
            try (Origin origin = Origin.listen();
                    Peer client = Wiring.FORWARD.connect(proxies.to(upstream))) {
                client.write(
                        "GET %s %s\r\nHost: x\r\n\r\n"
                                .formatted(origin.target().url("/"), clientsVersion));
                Peer remote = origin.accept();
                Head.read(remote.in());
                remote.write("HTTP/1.0 200 OK\r\n\r\nto the end").close();
                Message reply = Message.reply(client);
                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.body()).isEqualTo("to the end");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersAClientThatHasFinishedSending(Upstream upstream) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxies.to(upstream), origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            client.finish();
            client.expectSilence(Duration.ofMillis(300));
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(Message.reply(client).body()).isEqualTo("ok");
            client.expectEnd();
        }
    }

    /** The origin has the head of a request and the first half of its eight bytes. */
    private static Peer halfUploaded(Peer client, Origin origin) throws IOException {
        client.write(upload(origin) + "half");
        Peer remote = origin.accept();
        Head.read(remote.in());
        assertThat(remote.readText(4)).isEqualTo("half");
        return remote;
    }

    private static String upload(Origin origin) {
        return "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: 8\r\n\r\n"
                .formatted(origin.target().url("/"), origin.target().authority());
    }
}
