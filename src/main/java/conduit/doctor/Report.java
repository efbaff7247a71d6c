package conduit.doctor;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import conduit.config.Examination.Form;
import conduit.doctor.check.Finding;
import conduit.doctor.check.Finding.Fail;
import conduit.doctor.check.Finding.Ok;
import conduit.doctor.check.Finding.Warn;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The findings, and the one place where they become text. */
public record Report(List<Finding> findings) {

    private static final Gson JSON =
            new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();

    /** Copies the list. */
    public Report {
        findings = List.copyOf(findings);
    }

    /** Whether anything failed. */
    public boolean failed() {
        return findings.stream().anyMatch(Fail.class::isInstance);
    }

    /** For people or for programs, without a newline at its end. */
    public String text(Form form) {
        return switch (form) {
            case TEXT ->
                    findings.stream().map(this::lines).collect(Collectors.joining("\n"))
                            + "\n\n"
                            + conclusion();
            case JSON -> JSON.toJson(array());
        };
    }

    private String lines(Finding finding) {
        int width = findings.stream().mapToInt(other -> other.check().length()).max().orElse(0);
        String line =
                verdict(finding)
                        + " ".repeat(6 - verdict(finding).length())
                        + finding.check()
                        + " ".repeat(width + 2 - finding.check().length());
        return mend(finding)
                .map(mend ->
                        line + finding.says() + "\n" + " ".repeat(line.length()) + "mend: " + mend)
                .orElseGet(() -> line + finding.says());
    }

    private String conclusion() {
        long failures = findings.stream().filter(Fail.class::isInstance).count();
        long warnings = findings.stream().filter(Warn.class::isInstance).count();
        return failures + warnings == 0
                ? "Nothing is wrong."
                : "%d failed, %d to look at.".formatted(failures, warnings);
    }

    private JsonArray array() {
        JsonArray array = new JsonArray();
        for (Finding finding : findings) {
            JsonObject object = new JsonObject();
            object.addProperty("check", finding.check());
            object.addProperty("verdict", verdict(finding));
            object.addProperty("says", finding.says());
            mend(finding).ifPresent(mend -> object.addProperty("mend", mend));
            array.add(object);
        }
        return array;
    }

    private static String verdict(Finding finding) {
        return switch (finding) {
            case Ok _ -> "OK";
            case Warn _ -> "WARN";
            case Fail _ -> "FAIL";
        };
    }

    private static Optional<String> mend(Finding finding) {
        return switch (finding) {
            case Ok _ -> Optional.empty();
            case Warn(var _, var _, String mend) -> Optional.of(mend);
            case Fail(var _, var _, String mend) -> Optional.of(mend);
        };
    }
}
