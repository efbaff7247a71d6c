package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Head;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What others read in Via when a request and its response have passed here. */
class ViaFieldTest {

    @AutoClose
    private static final TestProxy named = TestProxy.with("--via=us.example", "--threads=1");

    @AutoClose private static final TestProxy off = TestProxy.with("--via=off");
    @AutoClose private static final TestProxy drawn = TestProxy.with();

    /** What origin and client see, in this order, when both the other side sends this value. */
    private static List<List<String>> seen(TestProxy proxy, String version, String via)
            throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(
                    "GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n"
                            .formatted(origin.target().url("/"), via));
            Peer remote = origin.accept();
            Head request = Head.read(remote.in());
            remote.write("%s 200 OK\r\nContent-Length: 2\r\n%s\r\nok".formatted(version, via));
            return List.of(request.values("Via"), Message.reply(client).head().values("Via"));
        }
    }

    @Test
    void namesItselfToBothSides() throws IOException {
        assertThat(seen(named, "HTTP/1.1", ""))
                .containsExactly(List.of("1.1 us.example"), List.of("1.1 us.example"));
        assertThat(seen(named, "HTTP/1.0", "Via: 1.0 other\r\n"))
                .containsExactly(
                        List.of("1.0 other, 1.1 us.example"), List.of("1.0 other, 1.0 us.example"));
    }

    @Test
    void drawsANameOfItsOwn() throws IOException {
        List<List<String>> seen = seen(drawn, "HTTP/1.1", "");
        assertThat(seen.getFirst()).singleElement().asString().matches("1\\.1 conduit-\\w{10}");
        assertThat(seen.getLast()).isEqualTo(seen.getFirst());
    }

    @Test
    void addsNothingWhenItIsOff() throws IOException {
        assertThat(seen(off, "HTTP/1.1", "")).containsExactly(List.of(), List.of());
        assertThat(seen(off, "HTTP/1.1", "Via: 1.1 other\r\n"))
                .containsExactly(List.of("1.1 other"), List.of("1.1 other"));
    }

    @Test
    void namesItselfInInterimResponses() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(named, origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
            assertThat(Head.read(client.in()).values("Via")).containsExactly("1.1 us.example");
            assertThat(Head.read(client.in()).values("Via")).containsExactly("1.1 us.example");
        }
    }

    @Test
    void refusesARequestThatCarriesItsName() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(named)) {
            client.write(
                    "GET %s HTTP/1.1\r\nHost: x\r\nVia: 1.1 a, 1.1 US.example\r\n\r\n"
                            .formatted(origin.target().url("/")));
            assertThat(Message.reply(client).status()).isEqualTo(508);
            origin.expectUntouched();
        }
    }
}
