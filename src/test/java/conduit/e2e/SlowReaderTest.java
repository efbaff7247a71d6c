package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import conduit.e2e.kit.Background;
import conduit.e2e.kit.Blackhole;
import conduit.e2e.kit.Body;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Who sends faster than the other reads is made to wait; the proxy does not store the difference.
 * The heap is small and touched at the start, so what the process grows by is stored bytes.
 */
class SlowReaderTest {

    private static final Load LOAD = Load.ofMegabytes(256, 1);

    /** Four kernel buffers at the largest size Linux commonly allows them, and some. */
    private static final long STUCK_AT_MOST = 200L << 20;

    /** Code, compiler and thread stacks grow too; a quarter of the load is no noise. */
    private static final long GROWS_AT_MOST = 60L << 20;

    @AutoClose
    private static final TestProxy proxy =
            Launch.withBothListeners()
                    .onJvm(
                            "-Xms64m",
                            "-Xmx64m",
                            "-XX:+AlwaysPreTouch",
                            "-XX:MaxDirectMemorySize=32m")
                    .start();

    private long memoryBefore;

    @BeforeEach
    void rememberMemory() throws IOException {
        memoryBefore = proxy.peakMemory();
    }

    @AfterEach
    void memoryStayedBounded() throws IOException {
        assertThat(proxy.peakMemory() - memoryBefore)
                .as("bytes by which the process grew")
                .isLessThan(GROWS_AT_MOST);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "SOCKS5"})
    void makesTheOriginWaitForTheClient(Wiring wiring) throws Exception {
        try (Origin origin = Origin.listen();
                Peer client = wiring.open(proxy, origin.target())) {
            Peer remote = origin.accept();
            makesTheWriterWait(remote, client.in());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "SOCKS5"})
    void makesTheClientWaitForTheOrigin(Wiring wiring) throws Exception {
        try (Origin origin = Origin.listen();
                Peer client = wiring.open(proxy, origin.target())) {
            Peer remote = origin.accept();
            makesTheWriterWait(client, remote.in());
        }
    }

    @Test
    void makesTheOriginWaitForTheReaderOfAForwardedAnswer() throws Exception {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(LOAD.size()));
            Head head = Head.read(client.in());
            makesTheWriterWait(remote, Body.ofReply(head, client.in()));
        }
    }

    @Test
    void makesTheSenderOfAForwardedRequestWaitForTheOrigin() throws Exception {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(
                    "PUT %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n"
                            .formatted(
                                    origin.target().url("/"),
                                    origin.target().authority(),
                                    LOAD.size()));
            Peer remote = origin.accept();
            Head head = Head.read(remote.in());
            makesTheWriterWait(client, Body.ofRequest(head, remote.in()));
        }
    }

    @Test
    void makesAClientWaitThatSendsBehindAnUnansweredRequest() throws Exception {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            staysStuck(client);
        }
    }

    @ParameterizedTest
    @EnumSource
    void makesAClientWaitThatSendsWhileWeDial(Wiring wiring) throws Exception {
        try (Blackhole nowhere = Blackhole.open();
                Peer client = wiring.ask(proxy, nowhere.target())) {
            staysStuck(client);
        }
    }

    private static void staysStuck(Peer client) throws Exception {
        AtomicLong written = new AtomicLong();
        Background<Boolean> writing =
                Background.doing(() ->
                        assertThatThrownBy(() -> LOAD.writeTo(client.out(), written))
                                .isInstanceOf(IOException.class));
        Load.awaitStandstill(written);
        client.close();
        writing.result();
        assertThat(written.get()).as("bytes taken").isLessThan(STUCK_AT_MOST);
    }

    private static void makesTheWriterWait(Peer writer, InputStream reader) throws Exception {
        AtomicLong written = new AtomicLong();
        Background<Boolean> writing =
                Background.doing(() -> {
                    LOAD.writeTo(writer.out(), written);
                    writer.finish();
                });
        Load.awaitStandstill(written);
        assertThat(written.get()).as("bytes written while nobody read").isLessThan(STUCK_AT_MOST);

        assertThat(Load.Seen.in(reader)).isEqualTo(LOAD.seen());
        writing.result();
    }
}
