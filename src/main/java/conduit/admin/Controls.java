package conduit.admin;

import conduit.address.Parsed;
import java.util.concurrent.CompletionStage;

/** What the admin listener can have conduit do. Called on its thread, which they do not block. */
public interface Controls {

    /**
     * Reads the configuration again.
     *
     * @return what has changed, in a line, or why all stays as it was; never failed
     */
    CompletionStage<Parsed<String>> reload();

    /** Stops, as on the first SIGTERM; asked for once more, it changes nothing. */
    void drain();
}
