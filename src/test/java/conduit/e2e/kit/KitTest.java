package conduit.e2e.kit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end-to-end tests can fail: their tools tell the difference between right and wrong. */
class KitTest {

    @Test
    void blackholeNeverAnswers() throws IOException {
        try (Blackhole nowhere = Blackhole.open();
                Socket socket = new Socket()) {
            assertThatThrownBy(() -> socket.connect(nowhere.target().address(), 300))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void conduitStartsFromTheCache() throws IOException {
        try (TestProxy proxy = TestProxy.with()) {
            assertThat(Files.readString(Path.of("/proc/%d/maps".formatted(proxy.pid()))))
                    .contains(".jar.aot");
        }
    }

    @Test
    void aCacheThatCannotBeUsedChangesNothing(@TempDir Path folder) throws Exception {
        Path broken = Files.writeString(folder.resolve("broken"), "no cache");
        Launch launch = Launch.withOnly("--version");
        for (Path cache : List.of(broken, folder.resolve("missing"))) {
            Launch hindered = launch.onJvm(StartCache.options(cache).toArray(String[]::new));
            assertThat(hindered.run()).isEqualTo(launch.run());
        }
    }

    @Test
    void peerTellsAResetFromAnEnd() throws IOException {
        try (Origin origin = Origin.listen();
                Peer first = Peer.to(origin.target().address());
                Peer second = Peer.to(origin.target().address())) {
            origin.accept().write("x").reset();
            origin.accept().write("x").finish();
            first.expectReset();
            assertThatThrownBy(second::expectReset).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void originNoticesAConnection() throws IOException {
        try (Origin origin = Origin.listen()) {
            origin.expectUntouched();
            Peer.to(origin.target().address()).close();
            assertThatThrownBy(origin::expectUntouched).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void loadNoticesPiecesThatMoved() throws IOException {
        Load load = new Load(3 * 65_536, 1);
        byte[] bytes = load.bytes();
        assertThat(Load.Seen.in(new ByteArrayInputStream(bytes))).isEqualTo(load.seen());
        byte[] moved = Arrays.copyOfRange(bytes, 65_536, 3 * 65_536);
        byte[] swapped = Arrays.copyOf(moved, bytes.length);
        System.arraycopy(bytes, 0, swapped, moved.length, 65_536);
        assertThat(Load.Seen.in(new ByteArrayInputStream(swapped))).isNotEqualTo(load.seen());
        assertThat(new Load(load.size(), 2).seen()).isNotEqualTo(load.seen());
    }

    @Test
    void chunksAreReadAsTheyWereWritten() throws IOException {
        Load load = new Load(200_000, 1);
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        load.writeTo(Body.chunks(written));
        written.writeBytes("0\r\nA: b\r\n\r\nrest".getBytes(ISO_8859_1));
        ByteArrayInputStream in = new ByteArrayInputStream(written.toByteArray());
        Body.Chunked body = new Body.Chunked(in);
        assertThat(Load.Seen.in(body)).isEqualTo(load.seen());
        assertThat(body.trailers()).containsExactly(new Head.Field("A", "b"));
        assertThat(new String(in.readAllBytes(), ISO_8859_1)).isEqualTo("rest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "4", "4\r\nha", "4\r\nhalf", "4\r\nhalf\r\n", "4\r\nhalf\r\n0\r\n"})
    void chunksWithoutTheLastOneAreNoBody(String cut) {
        Body.Chunked body = new Body.Chunked(new ByteArrayInputStream(cut.getBytes(ISO_8859_1)));
        assertThatThrownBy(body::readAllBytes).isInstanceOf(EOFException.class);
    }

    @Test
    void accessLineIsReadWhateverTheOrder() {
        String text =
                "12:00:00 INFO client=127.0.0.1:4711 inbound=socks5 destination=- remote=-"
                        + " refusal=malformed-request detail=\"this is \\\"TLS\\\", not SOCKS\""
                        + " up=3 down=0 duration=0.001s";
        AccessLine line = AccessLine.parse(text).orElseThrow();
        assertThat(line.client()).isEqualTo(new Target("127.0.0.1", 4711).address());
        assertThat(line.refusal()).isEqualTo("malformed-request");
        assertThat(line.detail()).isEqualTo("this is \\\"TLS\\\", not SOCKS");
        assertThat(line.outcome()).isEmpty();
        assertThat(line.up()).isEqualTo(3);
        assertThat(AccessLine.parse("INFO listening: http 127.0.0.1:80")).isEmpty();
    }
}
