package conduit.bench;

import conduit.bench.load.Entrance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A proxy that can be measured, one column of the table.
 *
 * @param name as in --only and above the column
 * @param engine what runs it
 * @param launch how it is started
 * @param entrance how a client gets a tunnel
 */
record Candidate(String name, Engine engine, Launch launch, Entrance entrance) {

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
}
