package conduit.tproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import conduit.program.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done and said where programs are slow or fail; these are scripts, and change nothing. */
class InstallationTest {

    private static final Program SHELL = new Program(Path.of("/bin/true"), Duration.ofMinutes(1));

    @TempDir private Path folder;

    private Program program(String name, Duration longest, String script) throws IOException {
        Path path = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        return new Program(path, longest);
    }

    private Program ip(String script) throws IOException {
        return program(
                "ip",
                Duration.ofMinutes(1),
                "echo \"$*\" >> %s\n%s".formatted(folder.resolve("log"), script));
    }

    @Test
    void waitsForTheRulesLongerThanForAnswers() throws Exception {
        Path done = folder.resolve("done");
        Program nft = program("nft", Duration.ofMillis(1), "sleep 0.3; touch " + done);
        new Installation(nft, ip(""), SHELL).apply(Asking.forwarded(Asking.TPROXY));
        assertThat(done).exists();
        assertThat(folder.resolve("log")).content().doesNotContain(" del ");
    }

    @Test
    void saysThatWhatItHasDoneCouldNotBeUndone() throws Exception {
        Program nft = program("nft", Duration.ofMinutes(1), "echo no room >&2; exit 1");
        Program ip = ip("case \"$*\" in *' del '*) echo no way back >&2; exit 2 ;; esac");
        assertThatExceptionOfType(CannotInstallException.class)
                .isThrownBy(() ->
                        new Installation(nft, ip, SHELL).apply(Asking.forwarded(Asking.TPROXY)))
                .withMessageStartingWith("nft -f - answered: no room; and undoing failed, too: ip ")
                .withMessageEndingWith("answered: no way back");
        assertThat(folder.resolve("log")).content().contains(" del ");
    }
}
