package conduit.config.flags;

import conduit.address.Destination;
import conduit.config.Inbound;
import conduit.config.Inquiry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code conduit explain}: what the rules and the guard say to one access, and why. */
@Command(
        name = "explain",
        header = "Tell whether a client may go somewhere, and which rule says so.",
        customSynopsis = {
            "conduit explain [--from=IP] [--user=NAME] [--inbound=INBOUND] [--json] [PROXY FLAG]...",
            "                host:port"
        },
        description = {
            "Decides as a conduit with this configuration would: on the destination as it is asked",
            "for, then on each of its addresses, which are looked up. Nothing is dialled, and no",
            "listener is needed.",
            "Exit code: 0 allowed, 1 refused, 2 for a mistake in the file or on the command line."
        },
        footer = ProxyCommand.FORMS)
final class ExplainFlags implements ProxyCommand {

    private static final String INBOUND = "--inbound";

    /** A free port: no part in any decision, but a configuration has a listener. */
    private static final InetSocketAddress NOWHERE =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @Mixin(name = "Access")
    final Asked asked = new Asked();

    @Mixin(name = PROXY)
    final Options options = new Options();

    @Mixin(name = "Other")
    final HelpFlag other = new HelpFlag();

    @Parameters(
            paramLabel = "host:port",
            converter = ValueForm.ParentAddress.class,
            description = "Where the client wants to go.")
    Destination destination;

    static final class Asked {
        @Option(
                names = "--from",
                paramLabel = "IP",
                converter = ExplainForm.ClientAddress.class,
                defaultValue = "127.0.0.1",
                description = {
                    "The address of the client.",
                    "Default: ${DEFAULT-VALUE}. Example: --from=192.0.2.7"
                })
        InetAddress from;

        @Option(
                names = "--user",
                paramLabel = "NAME",
                converter = ValueForm.User.class,
                description = {
                    "Who the client has proved to be.",
                    "Default: nobody. Example: --user=alice"
                })
        Optional<String> user;

        @Option(
                names = INBOUND,
                paramLabel = "connect|forward|socks5|transparent",
                converter = ExplainForm.InboundName.class,
                defaultValue = "connect",
                description = {
                    "What the client speaks.",
                    "Default: ${DEFAULT-VALUE}. Example: --inbound=socks5"
                })
        Inbound inbound;

        @Option(
                names = "--json",
                arity = "0",
                description = {
                    "Print a JSON object with verdict, asked, addresses and upstream; asked and each",
                    "address have verdict, rule, block (of the guard) and report."
                })
        boolean json;
    }

    @Override
    public Options options() {
        return options;
    }

    @Override
    public Invocation meaning(String operatingSystem) {
        if (asked.inbound == Inbound.TRANSPARENT && destination instanceof Destination.Name) {
            return MistakeLine.of(
                    INBOUND,
                    Quoted.of(destination.toString()) + " names a host",
                    "an address, which is all that transparent clients ask for");
        }
        if (options.listening.listeners().isEmpty()) {
            options.listening.http.add(NOWHERE);
        }
        return switch (options.meaning(operatingSystem)) {
            case Invocation.Run(var configuration, var _, var _) ->
                    new Invocation.Explain(
                            configuration,
                            new Inquiry(
                                    asked.from,
                                    asked.user,
                                    asked.inbound,
                                    destination,
                                    asked.json ? Inquiry.Form.JSON : Inquiry.Form.TEXT));
            case Invocation other -> other;
        };
    }
}
