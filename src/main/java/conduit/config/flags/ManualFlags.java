package conduit.config.flags;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The arguments of {@code conduit manual}: none. */
@Command(
        name = "manual",
        header = "Print the manual page, for man(1).",
        customSynopsis = "conduit manual",
        description = {
            "Prints conduit(1) in the language of man(7): 'conduit manual | man -l -' shows it, and",
            "/usr/local/share/man/man1/conduit.1 is where man(1) finds it."
        })
final class ManualFlags implements CommandFlags {

    /** Filled in by picocli; its root is what the page is about. */
    @Spec CommandSpec spec;

    @Mixin(name = "Other")
    final HelpFlag other = new HelpFlag();

    @Override
    public Invocation meaning(String operatingSystem) {
        return new Invocation.Print(ManPage.of(spec.root()).stripTrailing());
    }
}
