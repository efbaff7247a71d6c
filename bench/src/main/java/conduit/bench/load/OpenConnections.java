package conduit.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The established connections of a workload, to be closed together. Lives on its loop. */
final class OpenConnections {

    private final List<Connection> all = new ArrayList<>();

    void add(Connection connection) {
        all.add(connection);
    }

    int count() {
        return all.size();
    }

    void closeAll() throws IOException {
        for (Connection connection : all) {
            connection.close();
        }
        all.clear();
    }
}
