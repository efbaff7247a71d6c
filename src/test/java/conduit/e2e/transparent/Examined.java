package conduit.e2e.transparent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import conduit.config.Examination.Form;
import conduit.doctor.Report;
import conduit.e2e.kit.Finished;
import java.util.List;
import java.util.Optional;

/** What the doctor said, as a program reads it. */
record Examined(int exitCode, List<Finding> findings) {

    /** One line of it. */
    record Finding(String check, String verdict, String says, String mend) {}

    /** Whatever it finds, it says it on standard output and nowhere else. */
    static Examined of(Finished doctor) {
        assertThat(doctor.errors()).isEmpty();
        return new Examined(
                doctor.exitCode(),
                new Gson().fromJson(doctor.output(), new TypeToken<List<Finding>>() {}));
    }

    /** What a doctor said who looks from this process. */
    static Examined of(Report report) {
        return new Examined(
                report.failed() ? 1 : 0,
                new Gson().fromJson(report.text(Form.JSON), new TypeToken<List<Finding>>() {}));
    }

    /** Everything is as it should be. */
    void expectHealthy() {
        assertThat(findings).allMatch(finding -> finding.verdict().equals("OK"));
        assertThat(exitCode).isZero();
    }

    /** The finding of this check, which must have come to this verdict. */
    Finding expect(String check, String verdict) {
        Optional<Finding> found =
                findings.stream()
                        .filter(finding -> finding.check().equals(check))
                        .filter(finding -> finding.verdict().equals(verdict))
                        .findFirst();
        assertThat(found).as("%s of %s in %s", verdict, check, findings).isPresent();
        assertThat(exitCode).isEqualTo(findings.stream().anyMatch(Examined::failed) ? 1 : 0);
        return found.orElseThrow();
    }

    private static boolean failed(Finding finding) {
        return finding.verdict().equals("FAIL");
    }
}
