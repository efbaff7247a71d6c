package conduit.doctor.check;

/** What one check came to: one sentence, and where something is wrong the command that mends it. */
public sealed interface Finding {

    /** The name of the check: lower case, no blanks. */
    String check();

    /** One sentence, without a full stop. */
    String says();

    /** Nothing is wrong, or nothing is needed. */
    record Ok(String check, String says) implements Finding {}

    /** Something breaks for some, or could not be looked at. */
    record Warn(String check, String says, String mend) implements Finding {}

    /** This keeps connections from arriving, or conduit from carrying them. */
    record Fail(String check, String says, String mend) implements Finding {}
}
