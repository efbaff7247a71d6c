package conduit.doctor;

import conduit.config.Examination;
import conduit.doctor.canary.Canary;
import conduit.doctor.check.Diagnosis;
import conduit.doctor.check.Finding;
import conduit.doctor.check.Situation;
import conduit.doctor.look.Look;
import java.util.ArrayList;
import java.util.List;

/** Looks at the machine, judges what it found, and sends the canary where that was asked for. */
public final class Doctor {

    private Doctor() {}

    /** Takes a second or so, on the calling thread; a canary that is lost takes a few more. */
    public static Report examine(Examination wanted) {
        Situation situation = new Situation(Look.around(wanted.ports()), wanted);
        List<Finding> findings = new ArrayList<>(Diagnosis.of(situation));
        if (wanted.canary() == Examination.Canary.SENT) {
            findings.addAll(Canary.send(situation, List.copyOf(findings)));
        }
        return new Report(findings);
    }
}
