package conduit.doctor;

import conduit.config.Examination;
import conduit.doctor.canary.Canary;
import conduit.doctor.check.Diagnosis;
import conduit.doctor.check.Finding;
import conduit.doctor.check.Situation;
import conduit.doctor.look.Look;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Looks at the machine, judges what it found, and sends the canary where that was asked for. */
public final class Doctor {

    private Doctor() {}

    /** The kernel sends a SYN again after one second and after three (tcp(7)). */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    /** Takes a second or so, on the calling thread; a canary that is lost takes a few more. */
    public static Report examine(Examination wanted) {
        return examine(wanted, PATIENCE);
    }

    /** The same where a canary is given up that has had no answer for so long. */
    public static Report examine(Examination wanted, Duration patience) {
        Situation situation = new Situation(Look.around(wanted.ports()), wanted);
        List<Finding> findings = new ArrayList<>(Diagnosis.of(situation));
        if (wanted.canary() == Examination.Canary.SENT) {
            findings.addAll(Canary.send(situation, List.copyOf(findings), patience));
        }
        return new Report(findings);
    }
}
