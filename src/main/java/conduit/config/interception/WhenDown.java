package conduit.config.interception;

/** What happens to connections while conduit is not running. */
public enum WhenDown {
    /** They are refused. */
    CLOSED,
    /** They go on to where they were going, unproxied. */
    OPEN
}
