package conduit.config.flags;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The arguments of {@code conduit completion}: none. */
@Command(
        name = "completion",
        header = "Print the completion of this command line for bash, and for zsh.",
        customSynopsis = "conduit completion",
        description = {
            "Prints a script that completes commands, flags and their values: put the line",
            "'source <(conduit completion)' into ~/.bashrc, or the script itself into the folder",
            "/usr/share/bash-completion/completions under the name conduit. For zsh, put the same",
            "line into ~/.zshrc."
        })
final class CompletionFlags implements CommandFlags {

    /** Filled in by picocli; its root is what is completed. */
    @Spec CommandSpec spec;

    @Mixin(name = "Other")
    final HelpFlag other = new HelpFlag();

    @Override
    public Invocation meaning(String operatingSystem) {
        return new Invocation.Print(Completion.of(spec.root()).stripTrailing());
    }
}
