package conduit.e2e.upstream;

import conduit.e2e.kit.Background;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A long stretch of the way: a relay that passes everything on late, in each direction, and counts
 * how often the stretch is crossed and crossed back. Owned by the test, which closes it.
 */
final class Stretch implements AutoCloseable {

    private enum Direction {
        THERE,
        BACK
    }

    private final Origin near;
    private final InetSocketAddress far;
    private final Duration oneWay;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private @Nullable Direction last;
    private int answers;
    private int connections;

    private Stretch(Origin near, InetSocketAddress far, Duration oneWay) {
        this.near = near;
        this.far = far;
        this.oneWay = oneWay;
    }

    /** A stretch that ends there and takes so long each way. */
    static Stretch to(InetSocketAddress far, Duration oneWay) throws IOException {
        Origin near = Origin.listen();
        Stretch stretch = new Stretch(near, far, oneWay);
        near.serving(stretch::carry);
        return stretch;
    }

    /** Where it begins. */
    Target target() {
        return near.target();
    }

    /** Forgets what it has counted. */
    synchronized void countAnew() {
        last = null;
        answers = 0;
        connections = 0;
    }

    /** How often an answer has followed a question. */
    synchronized int answers() {
        return answers;
    }

    /** The same, and TCP's own handshakes, which are not delayed. */
    synchronized int roundTrips() {
        return connections + answers;
    }

    private synchronized void connected() {
        connections++;
    }

    /** Pieces that follow each other the same way cross together. */
    private synchronized void crossed(Direction direction) {
        answers += direction == Direction.BACK && last == Direction.THERE ? 1 : 0;
        last = direction;
    }

    private void carry(Peer client) throws Exception {
        connected();
        try (Peer server = Peer.to(far)) {
            Background<Boolean> back =
                    Background.doing(() -> carry(server, client, Direction.BACK));
            carry(client, server, Direction.THERE);
            back.endsSomehow();
        }
    }

    private void carry(Peer from, Peer to, Direction direction) throws Exception {
        byte[] piece = new byte[65_536];
        for (int read = from.in().read(piece); read >= 0; read = from.in().read(piece)) {
            crossed(direction);
            byte[] bytes = Arrays.copyOf(piece, read);
            clock.schedule(() -> to.write(bytes), oneWay.toNanos(), TimeUnit.NANOSECONDS);
        }
        Callable<Peer> finish =
                () -> {
                    to.finish();
                    return to;
                };
        clock.schedule(finish, oneWay.toNanos(), TimeUnit.NANOSECONDS).get();
    }

    @Override
    public void close() throws IOException {
        near.close();
        // What is on its way arrives, so that nobody waits for it for ever.
        clock.shutdown();
    }
}
