package conduit.config.flags;

import picocli.CommandLine.Option;

/** The flag that every command has: a mixin. */
final class HelpFlag {

    @Option(
            names = {"-h", "--help"},
            arity = "0",
            usageHelp = true,
            description = "Print this help and exit.")
    boolean help;
}
