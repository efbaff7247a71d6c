package conduit.config.flags;

import conduit.config.flags.Invocation.Mistake;
import conduit.config.flags.Invocation.Print;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

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
            commands = parsed(args);
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

    /** Reads the flags again, with those that the file stands for. */
    private static Invocation read(String operatingSystem, List<String> args, Written written) {
        try {
            ProxyCommand asked = parsed(args.toArray(String[]::new)).getLast().getCommand();
            asked.options().written = Optional.of(written);
            return asked.meaning(operatingSystem);
        } catch (ParameterException e) {
            return MistakeLine.of(e);
        }
    }

    /**
     * The command and those it is a part of, the outermost first. Most starts are of the proxy, and
     * to learn what flags all the others have takes longer than to learn its own: this is done only
     * where the arguments may name a command, or ask for help or the version and so may not have
     * been read to their end.
     */
    private static List<CommandLine> parsed(String... args) {
        if (!Invocation.beginsWithAWord(args)) {
            CommandLine proxy = parser();
            try {
                proxy.parseArgs(args);
                if (!proxy.isUsageHelpRequested() && !proxy.isVersionHelpRequested()) {
                    return List.of(proxy);
                }
            } catch (ParameterException e) {
                if (!isAboutAWord(e) && !nameACommand(args)) {
                    throw e;
                }
            }
        }
        return commandLine().parseArgs(args).asCommandLineList();
    }

    /** For which the parser of all commands may know the one that was meant. */
    private static boolean isAboutAWord(ParameterException problem) {
        return problem instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption();
    }

    /** Whether one of them, behind the first, is the name of a command and no flag's value. */
    private static boolean nameACommand(String... args) {
        CommandLine all = commandLine();
        boolean found = false;
        for (int i = 1; i < args.length && !found; i++) {
            OptionSpec before = all.getCommandSpec().optionsMap().get(args[i - 1]);
            boolean isValue = before != null && before.arity().max() > 0;
            found = !isValue && all.getSubcommands().containsKey(args[i]);
        }
        return found;
    }

    /** The parser that knows every command. */
    static CommandLine commandLine() {
        CommandLine proxy = parser();
        Stream.of(
                        new TproxyFlags(),
                        new DoctorFlags(),
                        new CheckFlags(),
                        new ExplainFlags(),
                        new PasswdFlags(),
                        new CompletionFlags(),
                        new ManualFlags())
                .forEach(proxy::addSubcommand);
        return takingAllAsItStands(proxy);
    }

    private static CommandLine parser() {
        return takingAllAsItStands(new CommandLine(new ConduitFlags()));
    }

    /** Every argument, here and in every command that there is by now. */
    private static CommandLine takingAllAsItStands(CommandLine parser) {
        return parser.setExpandAtFiles(false)
                // Otherwise "-http-listen=..." would be read as "-h" and more, and print the help.
                .setPosixClusteredShortOptionsAllowed(false);
    }
}
