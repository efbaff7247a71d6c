package conduit.config;

/** What clients may take of conduit, each by itself and together. */
public record Limits(ConnectionLimits connections, Rates rates) {

    /** As much as there is. */
    public static final Limits NONE = new Limits(ConnectionLimits.NONE, Rates.NONE);
}
