package conduit.e2e.smuggling;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * An origin that writes down what each connection brought, to its very end. It answers the first
 * message that a strict reader finds whole, and none behind it. Its connections are played one
 * after the other, so what the last one brought is known when that one is answered.
 */
final class RecordingOrigin implements AutoCloseable {

    private static final String ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

    private final Origin origin;
    private final BlockingQueue<String> records = new LinkedBlockingQueue<>();

    private RecordingOrigin(Origin origin) {
        this.origin = origin;
    }

    static RecordingOrigin start() throws IOException {
        RecordingOrigin recording = new RecordingOrigin(Origin.listen());
        Thread.ofPlatform().daemon().start(recording::playAll);
        return recording;
    }

    Target target() {
        return origin.target();
    }

    /** What the next connection has brought, once it has ended. */
    String next() {
        try {
            String record = records.poll(30, TimeUnit.SECONDS);
            assertThat(record).as("a connection to the origin").isNotNull();
            return String.valueOf(record);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void playAll() {
        try {
            while (true) {
                try (Peer peer = origin.accept()) {
                    records.add(play(peer));
                }
            }
        } catch (IOException closed) {
            // The test is over, or nobody has come for long.
        }
    }

    private static String play(Peer peer) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        boolean answered = false;
        try {
            for (int next = peer.in().read(); next >= 0; next = peer.in().read()) {
                all.write(next);
                if (!answered && isWhole(all.toString(ISO_8859_1))) {
                    answered = true;
                    peer.write(ANSWER);
                }
            }
        } catch (SocketException reset) {
            return all.toString(ISO_8859_1);
        }
        return all.toString(ISO_8859_1);
    }

    private static boolean isWhole(String text) {
        return StrictReader.request(text) instanceof StrictReader.Reading.Whole;
    }

    @Override
    public void close() throws IOException {
        origin.close();
    }
}
