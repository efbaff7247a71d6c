package conduit.config.flags;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code conduit} without a command: the proxy's flags mean that it is run. */
@Command(
        name = "conduit",
        customSynopsis = "conduit FLAG...",
        description = {
            "A forward proxy. At least one listener is required. A flag and its value may be two",
            "arguments (--flag value) or one (--flag=value)."
        },
        footer = ProxyCommand.FORMS)
final class ConduitFlags implements ProxyCommand {

    @Mixin(name = PROXY)
    final Options options = new Options();

    @Mixin(name = "Other")
    final Other other = new Other();

    @Override
    public Options options() {
        return options;
    }

    @Override
    public Invocation meaning(String operatingSystem) {
        return options.meaning(operatingSystem);
    }

    static final class Other {
        @Option(
                names = {"-h", "--help"},
                arity = "0",
                usageHelp = true,
                description = "Print this help and exit.")
        boolean help;

        @Option(
                names = {"-V", "--version"},
                arity = "0",
                versionHelp = true,
                description = "Print the versions of conduit, Java and Netty and exit.")
        boolean version;
    }
}
