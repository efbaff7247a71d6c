package conduit.config;

/** Who notices that the configuration file has changed. */
public enum Watching {
    /** conduit itself. */
    FILE,
    /** Its operator, who sends a signal. */
    NOTHING
}
