package conduit.doctor.check;

import java.util.List;

/** All findings about a machine, in the order of a connection's way. Pure. */
public final class Diagnosis {

    private Diagnosis() {}

    /** What all checks come to. */
    public static List<Finding> of(Situation situation) {
        return Check.ALL.stream().flatMap(check -> check.of(situation)).distinct().toList();
    }
}
