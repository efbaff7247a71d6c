package conduit.relay;

/**
 * How fast a client's connection may move bytes, each way.
 *
 * @param up from the client
 * @param down to the client
 * @param release lets go of what these share with others; called once, when the connection is over
 */
public record Paces(Allowance up, Allowance down, Runnable release) {

    /** As fast as it goes. */
    public static final Paces FREE = new Paces(Allowance.FREE, Allowance.FREE, () -> {});
}
