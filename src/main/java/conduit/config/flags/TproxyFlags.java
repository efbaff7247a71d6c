package conduit.config.flags;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code conduit tproxy}: nothing by itself, but the name before its commands. */
@Command(
        name = "tproxy",
        header = "Commands about connections that firewall rules bring.",
        customSynopsis = "conduit tproxy COMMAND FLAG...",
        description = "Commands about connections that firewall rules bring to --tproxy-listen.",
        subcommands = RulesFlags.class)
final class TproxyFlags implements CommandFlags {

    @Mixin(name = "Other")
    final HelpFlag other = new HelpFlag();

    @Override
    public Invocation meaning(String operatingSystem) {
        return MistakeLine.of(
                "tproxy", "it is no command by itself", "conduit tproxy rules; --help tells more");
    }
}
