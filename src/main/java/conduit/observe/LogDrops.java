package conduit.observe;

/**
 * How many lines were never written since conduit was started.
 *
 * @param messages of conduit's own messages, with access lines where those go to standard error
 * @param accessLines that had a place of their own
 */
public record LogDrops(long messages, long accessLines) {}
