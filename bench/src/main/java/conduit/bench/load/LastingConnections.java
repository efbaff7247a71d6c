package conduit.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A load on connections that last: so many of a kind are opened at the start, and those that stand
 * are closed to stop. Lives on its loop.
 */
abstract sealed class LastingConnections implements Workload
        permits RoundTrips, Download, Upload, Requests, Held {

    private final Loop loop;
    private final Entrance entrance;
    private final Service service;
    private final int count;
    private final List<Connection> standing = new ArrayList<>();

    LastingConnections(Loop loop, Entrance entrance, Service service, int count) {
        this.loop = loop;
        this.entrance = entrance;
        this.service = service;
        this.count = count;
    }

    /** Who uses one of the connections. */
    abstract Connection.User user();

    @Override
    public void start() throws IOException {
        for (int i = 0; i < count; i++) {
            openOne();
        }
    }

    final void openOne() throws IOException {
        Connection.open(loop, entrance, service, user());
    }

    /** One more stands. */
    final void stands(Connection connection) {
        standing.add(connection);
    }

    /** How many stand. */
    public final int count() {
        return standing.size();
    }

    @Override
    public final void stop() throws IOException {
        for (Connection connection : standing) {
            connection.close();
        }
        standing.clear();
    }

    @Override
    public final boolean isStopped() {
        return standing.isEmpty();
    }
}
