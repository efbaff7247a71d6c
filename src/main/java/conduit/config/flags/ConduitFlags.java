package conduit.config.flags;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code conduit} without a command: the proxy's flags mean that it is run. */
@Command(
        name = "conduit",
        subcommands = {
            TproxyFlags.class,
            DoctorFlags.class,
            CheckFlags.class,
            ExplainFlags.class,
            PasswdFlags.class
        },
        customSynopsis = "conduit FLAG...",
        description = {
            "A forward proxy. At least one listener is required. A flag and its value may be two",
            "arguments (--flag value) or one (--flag=value)."
        },
        footer = {
            "IP:port   An IPv4 address, or an IPv6 address in brackets, and a port: [::1]:8080",
            "NETWORK   An address, or an address and a number of bits: 10.0.0.0/8, 2001:db8::/32",
            "TARGET    NETWORK, example.com, .example.com or *, and perhaps :PORT or :FIRST-LAST;",
            "          with a port, IPv6 stands in brackets: [2001:db8::/32]:443",
            "DURATION  Whole numbers with the units h, m, s, ms in this order: 500ms, 10s, 1m30s",
            "RATE      Bytes per second, with K, M, G (1000) or Ki, Mi, Gi (1024): 500K, 10M, 1Gi"
        })
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
