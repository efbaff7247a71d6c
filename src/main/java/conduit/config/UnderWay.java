package conduit.config;

/** What a reload does with tunnels and exchanges that began before it. */
public enum UnderWay {
    /** They go on as they began. */
    GOES_ON,
    /** Those that could not begin any more are ended. */
    IS_JUDGED_AGAIN
}
