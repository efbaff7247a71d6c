package conduit.config.flags;

import conduit.config.flags.Invocation.Mistake;
import conduit.config.flags.Invocation.Print;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Reads a command line with picocli and says what is asked for. The one place where picocli's
 * exceptions become values. Without a command it is {@link ConduitFlags} that are read.
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
        List<CommandLine> outer = commands.subList(0, commands.size() - 1);
        for (CommandLine command : outer) {
            if (!command.getParseResult().matchedOptions().isEmpty()) {
                return MistakeLine.flagsBefore(commands.getLast());
            }
        }
        CommandFlags asked = commands.getLast().getCommand();
        if (!(asked instanceof ProxyCommand proxy) || proxy.options().config.file.isEmpty()) {
            return asked.meaning(operatingSystem);
        }
        return switch (FileArguments.read(
                proxy.options().config.file.get(), commands.getLast().getParseResult())) {
            case FileArguments.Meaning.Wrong(Mistake mistake) -> mistake;
            case FileArguments.Meaning.Meant(List<String> arguments, Written written) -> {
                // Behind the names of commands, before which no flag may stand.
                List<String> all = new ArrayList<>(List.of(args));
                all.addAll(outer.size(), arguments);
                Invocation meant = read(operatingSystem, all, written);
                yield meant instanceof Mistake mistake
                        ? MistakeLine.placed(mistake, written)
                        : meant;
            }
        };
    }

    /** The file that a command line names, where that can be read and is about the proxy. */
    static Optional<Path> configurationFile(String... args) {
        try {
            return commandLine().parseArgs(args).asCommandLineList().getLast().getCommand()
                            instanceof ProxyCommand proxy
                    ? proxy.options().config.file
                    : Optional.empty();
        } catch (ParameterException e) {
            return Optional.empty();
        }
    }

    /** Reads the flags again, with those that the file stands for. */
    private static Invocation read(String operatingSystem, List<String> args, Written written) {
        try {
            ProxyCommand asked =
                    commandLine()
                            .parseArgs(args.toArray(String[]::new))
                            .asCommandLineList()
                            .getLast()
                            .getCommand();
            asked.options().written = Optional.of(written);
            return asked.meaning(operatingSystem);
        } catch (ParameterException e) {
            return MistakeLine.of(e);
        }
    }

    /** A parser that takes every argument as it stands, here and in every command. */
    static CommandLine commandLine() {
        return new CommandLine(new ConduitFlags())
                .setExpandAtFiles(false)
                // Otherwise "-http-listen=..." would be read as "-h" and more, and print the help.
                .setPosixClusteredShortOptionsAllowed(false);
    }
}
