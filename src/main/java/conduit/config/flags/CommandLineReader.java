package conduit.config.flags;

import conduit.config.flags.Invocation.Print;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Reads a command line with picocli and says what is asked for. The one place where picocli's
 * exceptions become values. Without a command it is {@link Options} that are read.
 */
final class CommandLineReader {

    private CommandLineReader() {}

    /** Reads the arguments as on the named operating system ({@code os.name}). */
    static Invocation read(String operatingSystem, String... args) {
        List<CommandLine> commands;
        try {
            commands = commandLine().parseArgs(args).asCommandLineList();
        } catch (ParameterException e) {
            return MistakeLine.of(e);
        }
        for (CommandLine command : commands) {
            if (command.isUsageHelpRequested()) {
                return new Print(HelpText.of(command.getCommandSpec()));
            }
            if (command.isVersionHelpRequested()) {
                return new Print(VersionText.read());
            }
        }
        for (CommandLine outer : commands.subList(0, commands.size() - 1)) {
            if (!outer.getParseResult().matchedOptions().isEmpty()) {
                return MistakeLine.flagsBefore(commands.getLast());
            }
        }
        CommandFlags asked = commands.getLast().getCommand();
        return asked.meaning(operatingSystem);
    }

    /** A parser that takes every argument as it stands, here and in every command. */
    static CommandLine commandLine() {
        return new CommandLine(new Options())
                .setExpandAtFiles(false)
                // Otherwise "-http-listen=..." would be read as "-h" and more, and print the help.
                .setPosixClusteredShortOptionsAllowed(false);
    }
}
