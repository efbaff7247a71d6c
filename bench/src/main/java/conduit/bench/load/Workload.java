package conduit.bench.load;

import java.io.IOException;

/** Something that clients do over and over. All methods are called on its loop. */
public sealed interface Workload permits Setups, LastingConnections {

    /** Opens the first connections. */
    void start() throws IOException;

    /** Asks for the end; what is under way may still finish. */
    void stop() throws IOException;

    /** Whether nothing is open any more. */
    boolean isStopped();
}
