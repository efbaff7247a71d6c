package conduit.config.flags;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code conduit check}: everything that starting conduit checks before it binds, and no more. */
@Command(
        name = "check",
        header = "Check the configuration and print what it comes to.",
        customSynopsis = "conduit check [--config=FILE] [PROXY FLAG]...",
        description = {
            "Reads the configuration file and the flags as conduit does when it starts, and prints",
            "what they mean together, as a file with the same meaning: each key with its value,",
            "passwords left out. Nothing is bound, looked up or dialled.",
            "Exit code: 0, or 2 for a mistake in the configuration file, in that of users or on the",
            "command line."
        },
        footer = ProxyCommand.FORMS)
final class CheckFlags implements ProxyCommand {

    @Mixin(name = PROXY)
    final Options options = new Options();

    @Mixin(name = "Other")
    final HelpFlag other = new HelpFlag();

    @Override
    public Options options() {
        return options;
    }

    @Override
    public Invocation meaning(String operatingSystem) {
        return switch (options.meaning(operatingSystem)) {
            case Invocation.Run(var configuration, var effective, var _) ->
                    new Invocation.Check(configuration, effective);
            case Invocation other -> other;
        };
    }
}
