package conduit.config.flags;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code conduit check}: everything that starting conduit checks before it binds, and no more. */
@Command(
        name = "check",
        header = "Check the configuration and print what it comes to.",
        customSynopsis = "conduit check [--config=FILE] [PROXY FLAG]...",
        description = {
            "Reads the configuration file and the flags as conduit does when it starts, and prints",
            "what they mean together, as a file with the same meaning: each key with its value,",
            "passwords left out. Nothing is bound, looked up or dialled.",
            "Exit code: 0, 1 when the file of users cannot be used, 2 for a mistake in the",
            "configuration file or on the command line."
        },
        footer = ProxyCommand.FORMS)
final class CheckFlags implements ProxyCommand {

    /** Filled in by picocli; it knows what was given. */
    @Spec CommandSpec spec;

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
            case Invocation.Run(var configuration) ->
                    new Invocation.Check(configuration, EffectiveText.of(spec, options.written));
            case Invocation other -> other;
        };
    }
}
