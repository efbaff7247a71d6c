package conduit.config.flags;

import conduit.config.Upstream;
import conduit.config.flags.Invocation.Mistake;
import conduit.config.flags.Invocation.Print;
import conduit.config.flags.Invocation.Run;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Reads a command line with picocli and says what is asked for. The one place where picocli's
 * exceptions become values.
 */
final class CommandLineReader {

    private CommandLineReader() {}

    /** Reads the arguments as on the named operating system ({@code os.name}). */
    static Invocation read(String operatingSystem, String... args) {
        Options options = new Options();
        CommandLine commandLine = commandLine(options);
        try {
            commandLine.parseArgs(args);
        } catch (ParameterException e) {
            return MistakeLine.of(e);
        }
        if (commandLine.isUsageHelpRequested()) {
            return new Print(HelpText.of(commandLine.getCommandSpec()));
        }
        if (commandLine.isVersionHelpRequested()) {
            return new Print(VersionText.read());
        }
        Optional<Mistake> mistake = FlagRules.firstBroken(options, operatingSystem);
        if (mistake.isPresent()) {
            return mistake.get();
        }
        return switch (UpstreamFlags.of(options.wayOut)) {
            case UpstreamFlags.Meaning.Meant(Upstream upstream) ->
                    new Run(options.configuration(upstream));
            case UpstreamFlags.Meaning.Wrong(Mistake wrong) -> wrong;
        };
    }

    /** A parser that takes every argument as it stands. */
    static CommandLine commandLine(Options options) {
        return new CommandLine(options)
                .setExpandAtFiles(false)
                // Otherwise "-http-listen=..." would be read as "-h" and more, and print the help.
                .setPosixClusteredShortOptionsAllowed(false);
    }
}
