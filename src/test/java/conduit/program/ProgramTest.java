package conduit.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.program.Program.Answer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of programs that are slow, deaf or not there. */
class ProgramTest {

    private static final Path SHELL = Path.of("/bin/sh");
    private static final Program HURRIED = new Program(SHELL, Duration.ofMillis(1));
    private static final Program PATIENT = new Program(SHELL, Duration.ofMinutes(1));

    @TempDir private Path folder;

    @Test
    void givesAQuestionUpThatIsNotAnsweredInTime() {
        assertThat(HURRIED.run("", List.of("-c", "exec sleep 10")))
                .isEqualTo(new Answer.Failed(List.of("no answer in time")));
    }

    @Test
    void letsAChangeTakeItsTime() {
        assertThat(HURRIED.change("", List.of("-c", "sleep 0.3; echo changed")))
                .isEqualTo(new Answer.Done("changed\n"));
    }

    /** More than a pipe holds, for a program that does not read. */
    @Test
    void doesNotWaitForAProgramThatDoesNotReadItsInput() {
        assertThat(HURRIED.run("x".repeat(1 << 20), List.of("-c", "exec sleep 10")))
                .isEqualTo(new Answer.Failed(List.of("no answer in time")));
    }

    @Test
    void hasAllOfALargeInputRead() {
        String input = "x".repeat(1 << 20);
        assertThat(PATIENT.run(input, List.of("-c", "cat"))).isEqualTo(new Answer.Done(input));
    }

    @Test
    void endsAQuestionThatItIsNoLongerToAsk() throws Exception {
        Path said = fifo("said");
        Path go = fifo("go");
        String survives = "exec > %s; read line < %s; echo survived".formatted(said, go);
        FutureTask<Answer> asking =
                new FutureTask<>(() -> PATIENT.run("", List.of("-c", survives)));
        Thread thread = Thread.ofPlatform().start(asking);
        // For reading and writing, since nobody may be there to read it.
        try (var ends = Files.newInputStream(said);
                var going = new RandomAccessFile(go.toFile(), "rw")) {
            thread.interrupt();
            assertThat(asking.get()).isEqualTo(new Answer.Failed(List.of("we were told to stop")));
            going.writeBytes("go\n");
            assertThat(ends.read()).isEqualTo(-1);
        }
    }

    @Test
    void seesAChangeToItsEndAlsoWhenItIsToldToStop() throws Exception {
        Path begun = fifo("begun");
        FutureTask<Answer> changing =
                new FutureTask<>(() ->
                        PATIENT.change("", List.of("-c", "read go < " + begun + "; echo $go")));
        Thread thread = Thread.ofPlatform().start(changing);
        try (var go = Files.newOutputStream(begun)) {
            thread.interrupt();
            go.write("changed\n".getBytes(UTF_8));
        }
        assertThat(changing.get()).isEqualTo(new Answer.Done("changed\n"));
    }

    private Path fifo(String name) {
        Path path = folder.resolve(name);
        assertThat(PATIENT.run("", List.of("-c", "mkfifo " + path)))
                .isInstanceOf(Answer.Done.class);
        return path;
    }

    @Test
    void passesOverAFolderOfTheSameName() throws IOException {
        Path first = folder.resolve("first");
        Files.createDirectories(first.resolve("nft"));
        Path second = Files.createDirectories(folder.resolve("second"));
        Path program =
                Files.createFile(
                        second.resolve("nft"),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        assertThat(Program.find("nft", List.of(first.toString(), second.toString())))
                .map(Program::path)
                .contains(program);
    }
}
