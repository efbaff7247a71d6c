package conduit.users;

/** What came of a claim. */
public sealed interface Verdict {

    /** It is true. */
    record Proved(String user) implements Verdict {}

    /** There is no such user, or it is not the password. */
    record Wrong() implements Verdict {}

    /** Nobody has looked: too many claims are waiting. */
    record TooBusy() implements Verdict {}
}
