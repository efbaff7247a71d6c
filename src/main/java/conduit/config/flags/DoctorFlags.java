package conduit.config.flags;

import conduit.config.Dialling;
import conduit.config.Examination;
import conduit.config.Examination.Canary;
import conduit.config.Examination.Form;
import conduit.config.flags.Invocation.Mistake;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The flags of {@code conduit doctor}: its own, and all of the proxy's, so that an operator puts
 * one word in front of the command line that conduit is started with.
 */
@Command(
        name = "doctor",
        header = "Find out why nothing arrives at a transparent listener.",
        customSynopsis = "conduit doctor [--json] [--canary] [--connections=N] [PROXY FLAG]...",
        description = {
            "Looks at the firewall's rules, the routes, the kernel's settings and the process that",
            "listens, and says in one line each what is right and what is not, with the command",
            "that mends it. Put the word doctor in front of the flags that conduit is started with,",
            "whether it runs already or not; without any it judges by the rules that it finds.",
            "Run it as root. Nothing is changed, except by --canary for a moment.",
            "Exit code: 0, 1 when something failed, 2 for a mistake on the command line."
        },
        footer = ProxyCommand.FORMS)
final class DoctorFlags implements ProxyCommand {

    private static final String CANARY = "--canary";
    private static final String CONNECTIONS = "--connections";
    private static final String JSON = "--json";
    private static final Set<String> OWN = Set.of(CANARY, CONNECTIONS, JSON);

    /** Filled in by picocli; it knows what was given. */
    @Spec CommandSpec spec;

    @Mixin(name = "Examination")
    final Asked asked = new Asked();

    @Mixin(name = PROXY)
    final Options options = new Options();

    @Mixin(name = "Other")
    final HelpFlag other = new HelpFlag();

    static final class Asked {
        @Option(
                names = CANARY,
                arity = "0",
                description = {
                    "Send a real connection through the rules, to 192.0.2.1 and 2001:db8::1, and",
                    "say where it arrived or was lost. As root it comes from a network namespace",
                    "behind the interface canary-PID, which is there for a moment only."
                })
        boolean canary;

        @Option(
                names = CONNECTIONS,
                paramLabel = "N",
                converter = ValueForm.Tunnels.class,
                defaultValue = "10000",
                description = {
                    "How many tunnels conduit is to carry at once (1 to 10000000): limits are",
                    "judged by it.",
                    "Default: ${DEFAULT-VALUE}. Example: --connections=500"
                })
        int connections;

        @Option(
                names = JSON,
                arity = "0",
                description = "Print a JSON array of objects with check, verdict, says and mend.")
        boolean json;
    }

    @Override
    public Options options() {
        return options;
    }

    @Override
    public Invocation meaning(String operatingSystem) {
        if (!operatingSystem.equals("Linux")) {
            return MistakeLine.of("doctor", "it is not possible here", "Linux");
        }
        Optional<Mistake> mistake =
                FlagRules.firstBrokenOfGiven(options.listening, options.wayOut, options.sockets);
        if (mistake.isPresent()) {
            return mistake.get();
        }
        if (UpstreamFlags.of(options.wayOut)
                instanceof UpstreamFlags.Meaning.Wrong(Mistake wrong)) {
            return wrong;
        }
        Dialling dialling = options.sockets.dialling();
        return new Invocation.Examine(
                new Examination(
                        options.listening.listeners(),
                        dialling.mark(),
                        dialling.transparent(),
                        asked.connections,
                        proxysOwn(),
                        asked.canary ? Canary.SENT : Canary.KEPT,
                        asked.json ? Form.JSON : Form.TEXT));
    }

    /** What was on the command line, without what is the doctor's. */
    private List<String> proxysOwn() {
        return spec.commandLine().getParseResult().matchedOptionsSet().stream()
                .filter(option -> !OWN.contains(option.longestName()))
                .filter(option ->
                        options.written.stream().noneMatch(file -> file.has(option.longestName())))
                .flatMap(option ->
                        option.originalStringValues().stream()
                                .map(value ->
                                        option.arity().max() == 0
                                                ? option.longestName()
                                                : option.longestName() + "=" + value))
                .toList();
    }
}
