package conduit.bench;

import conduit.bench.load.Entrance;
import conduit.bench.load.Forwarding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A proxy that can be measured, one column of the table.
 *
 * @param name as in --only and above the column
 * @param engine what runs it
 * @param launch how it is started
 * @param entrance how a client gets a tunnel
 * @param forwarding how it has HTTP requests forwarded, where that can be
 */
record Candidate(
        String name,
        Engine engine,
        Launch launch,
        Entrance entrance,
        Optional<Forwarding> forwarding) {

    /** What the proxy's code runs on. */
    enum Engine {
        /** Compiled before; warm after moments. */
        NATIVE,
        /** Compiled while it runs. */
        JVM
    }

    /** Prepares a start. */
    interface Launch {
        /** Writes what configuration there is into the folder, and says the command to run. */
        List<String> command(Path folder) throws IOException;
    }

    /** Whether a row makes sense for it. */
    boolean has(Row row) {
        return switch (row) {
            case SETUP, RTT64, RTT16K, DOWNLOAD, UPLOAD, HELD, IDLE -> true;
            case HTTP, HTTP64K, HTTP1M -> forwarding.isPresent();
            case HEAP -> engine == Engine.JVM;
        };
    }
}
