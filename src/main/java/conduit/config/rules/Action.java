package conduit.config.rules;

/** What a rule does with what it matches. */
public enum Action {
    /** Lets it through. */
    ALLOW,
    /** Refuses it. */
    DENY,
    /** Nothing, but the log says that it would have been refused. */
    REPORT
}
