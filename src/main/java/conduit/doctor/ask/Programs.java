package conduit.doctor.ask;

import conduit.program.Program;
import conduit.program.Program.Answer;
import java.util.List;
import java.util.Optional;

/** Asks the programs of the system, one at a time, on the thread that calls. */
public final class Programs {

    private Programs() {}

    /** What a program prints when it succeeds, or why it did not. */
    public static Found<String> ask(String... command) {
        return tell("", command);
    }

    /** The same, and the program reads this text. */
    public static Found<String> tell(String input, String... command) {
        String name = command[0];
        Optional<Program> program = Program.find(name);
        if (program.isEmpty()) {
            return new Found.Unseen<>(name + " is not installed");
        }
        List<String> arguments = List.of(command).subList(1, command.length);
        return switch (program.get().run(input, arguments)) {
            case Answer.Done(String output) -> new Found.Seen<>(output);
            case Answer.Failed failed -> new Found.Unseen<>(name + " says: " + failed.said(1));
        };
    }
}
