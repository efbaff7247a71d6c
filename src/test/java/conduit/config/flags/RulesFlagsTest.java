package conduit.config.flags;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Network;
import conduit.address.PortRange;
import conduit.config.Fwmark;
import conduit.config.interception.Exemption;
import conduit.config.interception.Interception;
import conduit.config.interception.Means;
import conduit.config.interception.OwnConnections;
import conduit.config.interception.RulesTask;
import conduit.config.interception.Scope;
import conduit.config.interception.Scope.Family;
import conduit.config.interception.WhenDown;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** {@code conduit tproxy rules} on the command line, and what commands have in common there. */
class RulesFlagsTest {

    private static final Scope PUBLIC =
            new Scope(List.of(Family.IPV4, Family.IPV6), List.of(), Scope.Reach.PUBLIC, List.of());

    @Test
    void redirectsToPublicAddressesUnlessToldOtherwise() {
        assertThat(task("--to-port=8081 --in-interface=eth1"))
                .isEqualTo(
                        new RulesTask.Print(
                                new Interception(
                                        new Means.Redirect(),
                                        8081,
                                        List.of("eth1"),
                                        Optional.empty(),
                                        PUBLIC),
                                RulesTask.Dialect.NFTABLES));
    }

    @Test
    void readsEverythingThatCanBeAskedFor() {
        assertThat(
                        task(
                                "--to-port=8081 --means=tproxy --mark=0x10 --route-table=1081"
                                        + " --fail-closed --in-interface=eth1 --in-interface=wg0.7"
                                        + " --own --out-interface=eth0 --exempt-mark=7"
                                        + " --exempt-user=conduit --exempt-group=990"
                                        + " --ports=80,443,8000-8999 --to=all"
                                        + " --exclude=203.0.113.0/24 --exclude=2001:db8::1"
                                        + " --family=ipv6 --apply"))
                .isEqualTo(
                        new RulesTask.Apply(
                                new Interception(
                                        new Means.Tproxy(new Fwmark(16), 1081, WhenDown.CLOSED),
                                        8081,
                                        List.of("eth1", "wg0.7"),
                                        Optional.of(
                                                new OwnConnections(
                                                        List.of("eth0"),
                                                        List.of(
                                                                new Exemption.OfMark(new Fwmark(7)),
                                                                new Exemption.OfUser("conduit"),
                                                                new Exemption.OfGroup("990")))),
                                        new Scope(
                                                List.of(Family.IPV6),
                                                List.of(
                                                        new PortRange(80, 80),
                                                        new PortRange(443, 443),
                                                        new PortRange(8000, 8999)),
                                                Scope.Reach.ALL,
                                                List.of(
                                                        network("203.0.113.0", 24),
                                                        network("2001:db8::1", 128))))));
    }

    @Test
    void marksWithOneAndRoutesByTableHundredUnlessToldOtherwise() {
        assertThat(means("--means=tproxy"))
                .isEqualTo(new Means.Tproxy(new Fwmark(1), 100, WhenDown.CLOSED));
        assertThat(means("--means=tproxy --fail-open"))
                .isEqualTo(new Means.Tproxy(new Fwmark(1), 100, WhenDown.OPEN));
    }

    @Test
    void printsForIptables() {
        assertThat(task("--to-port=8081 --in-interface=eth1 --iptables"))
                .isInstanceOfSatisfying(
                        RulesTask.Print.class,
                        print -> assertThat(print.dialect()).isEqualTo(RulesTask.Dialect.IPTABLES));
    }

    @Test
    void removesWhateverThereIs() {
        assertThat(task("--remove")).isEqualTo(new RulesTask.Remove());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --in-interface=eth1 | --to-port: none was given: expected the port of --tproxy-listen, for example --to-port=8081
                    --to-port=1 | --in-interface, --own: none was given: expected at least one of them: whose connections are meant
                    --to-port=1 --own | --own: conduit would catch its own connections: expected one of --exempt-mark (the --fwmark of conduit), --exempt-user, --exempt-group
                    --to-port=1 --in-interface=a --exempt-mark=1 | --exempt-mark: it is about this machine's own connections: expected --own with it
                    --to-port=1 --in-interface=a --exempt-user=a | --exempt-user: it is about this machine's own connections: expected --own with it
                    --to-port=1 --in-interface=a --exempt-group=a | --exempt-group: it is about this machine's own connections: expected --own with it
                    --to-port=1 --in-interface=a --out-interface=b | --out-interface: it is about this machine's own connections: expected --own with it
                    --to-port=1 --in-interface=a --mark=7 | --mark: redirect marks nothing: expected --means=tproxy with it, or --exempt-mark
                    --to-port=1 --in-interface=a --route-table=7 | --route-table: redirect takes no route: expected --means=tproxy with it
                    --to-port=1 --in-interface=a --fail-open | --fail-open: the kernel refuses what is redirected to where nobody listens: expected --means=tproxy with it
                    --to-port=1 --in-interface=a --means=tproxy --fail-open --iptables | --fail-open: iptables drops what nobody listens for: expected rules of nft, that is, no --iptables
                    --to-port=1 --in-interface=a --means=tproxy --fail-open --fail-closed | --fail-open: it is the contrary of --fail-closed: expected one of the two
                    --to-port=1 --own --exempt-mark=7 --means=tproxy --fail-open | --fail-open: this machine's own connections have been rerouted by then: expected no --own with it; take the rules away while conduit is not running
                    --to-port=1 --own --exempt-mark=7 --means=tproxy --mark=7 | --exempt-mark: it is the mark that the rules set on what is for conduit: expected another one, or another --mark
                    --to-port=1 --in-interface=a --iptables --apply | --iptables: it only prints: --apply is done with nft: expected one of the two; the script says what takes its rules away
                    --remove --iptables | --iptables: it only prints: --remove is done with nft: expected one of the two; the script says what takes its rules away
                    --remove --to-port=8081 --in-interface=a | --in-interface: --remove takes everything away: expected no other flag with it
                    --remove --fail-open | --fail-open: --remove takes everything away: expected no other flag with it
                    --remove --apply | --remove: it undoes --apply: expected one of the two
                    """)
    void namesWhatCannotBeTogether(String flags, String line) {
        assertThat(mistake(flags)).isEqualTo("conduit: " + line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --to-port=0 | 1 to 65535, for example 8081
                    --to-port=[::]:8081 | 1 to 65535, for example 8081
                    --means=dnat | redirect or tproxy
                    --means=TPROXY | redirect or tproxy
                    --mark=0 | 1 to 4294967295, for example 42 or 0x2a
                    --route-table=0 | 1 to 999999999, for example 100
                    --route-table=254 | 1 to 999999999, for example 100
                    --route-table=main | 1 to 999999999, for example 100
                    --in-interface=lo | a name of 1 to 15 letters, digits, _, . or -, for example eth1
                    --in-interface= | a name of 1 to 15 letters, digits, _, . or -, for example eth1
                    --in-interface=eth1,eth2 | a name of 1 to 15 letters, digits, _, . or -, for example eth1
                    --in-interface=eth* | a name of 1 to 15 letters, digits, _, . or -, for example eth1
                    --in-interface=-j | a name of 1 to 15 letters, digits, _, . or -, for example eth1
                    --in-interface=sixteenletterseh | a name of 1 to 15 letters, digits, _, . or -, for example eth1
                    --out-interface=a"b | a name of 1 to 15 letters, digits, _, . or -, for example eth1
                    --out-interface=$(id) | a name of 1 to 15 letters, digits, _, . or -, for example eth1
                    --exempt-mark=-1 | 1 to 4294967295, for example 42 or 0x2a
                    --exempt-user=a b | a name or a number, for example conduit or 990
                    --exempt-user=-1 | a name or a number, for example conduit or 990
                    --exempt-user=4294967295 | a name or a number, for example conduit or 990
                    --exempt-group=9999999999 | a name or a number, for example conduit or 990
                    --exempt-group=a'b | a name or a number, for example conduit or 990
                    --exempt-group= | a name or a number, for example conduit or 990
                    --ports= | ports and ranges with commas, for example 80,443,8000-8999
                    --ports=80, | ports and ranges with commas, for example 80,443,8000-8999
                    --ports=0 | ports and ranges with commas, for example 80,443,8000-8999
                    --ports=65536 | ports and ranges with commas, for example 80,443,8000-8999
                    --ports=90-80 | ports and ranges with commas, for example 80,443,8000-8999
                    --ports=80:90 | ports and ranges with commas, for example 80,443,8000-8999
                    --ports=http | ports and ranges with commas, for example 80,443,8000-8999
                    --to=private | public or all
                    --exclude=10.0.0.1/8 | IP or IP/bits, for example 192.0.2.0/24 or 2001:db8::/32
                    --exclude=example.com | IP or IP/bits, for example 192.0.2.0/24 or 2001:db8::/32
                    --family=inet | both, ipv4 or ipv6
                    """)
    void namesTheFlagTheValueAndTheForm(String flag, String form) {
        int end = flag.indexOf('=');
        assertThat(((Invocation.Mistake) read("Linux", List.of(flag))).line())
                .startsWith(
                        "conduit: %s: '%s' is not "
                                .formatted(flag.substring(0, end), flag.substring(end + 1)))
                .endsWith("): expected " + form);
    }

    @Test
    void installsOnlyWhereThereIsNftButPrintsAnywhere() {
        String printing = "--to-port=1 --in-interface=a";
        assertThat(read("Mac OS X", words(printing))).isInstanceOf(Invocation.TproxyRules.class);
        assertThat(read("Mac OS X", words(printing + " --apply")))
                .isEqualTo(
                        new Invocation.Mistake(
                                "conduit: --apply: it is not possible here (Linux only): expected"
                                        + " no such flag"));
    }

    @Test
    void listsEveryFlagInTheHelpWithExamplesThatItCanRead() {
        String help = ((Invocation.Print) read("Linux", List.of("--help"))).text();
        assertThat(help).startsWith("Usage: conduit tproxy rules --to-port=N --in-interface=IF");
        assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(91));
        assertThat(help).doesNotContain("${").doesNotEndWith("\n");
        assertThat(help.lines().filter(line -> line.startsWith("  -"))).hasSameSizeAs(flags());
        for (OptionSpec option : flags()) {
            assertThat(help).contains("\n  " + String.join(", ", option.names()));
            if (option.arity().max() > 0) {
                String last = option.description()[option.description().length - 1];
                assertThat(last).startsWith("Default: ").contains(" Example: ");
                String example = last.substring(last.indexOf("Example: ") + "Example: ".length());
                assertThat(read("Linux", List.of(example, "--help")))
                        .isInstanceOf(Invocation.Print.class);
            }
        }
    }

    @Test
    void namesTheCommandInTheHelpOfTheProgram() {
        String help = ((Invocation.Print) Invocation.parse("--help")).text();
        assertThat(help)
                .contains("\nCommands:\n  conduit tproxy rules\n      Print or install the");
        assertThat(((Invocation.Print) Invocation.parse("tproxy", "--help")).text())
                .contains("\nCommands:\n  conduit tproxy rules\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    tproxy | tproxy: it is no command by itself: expected conduit tproxy rules; --help tells more
                    tproxi rules | 'tproxi': there is no such command: expected tproxy
                    tproxy rule | 'rule': there is no such command: expected rules
                    tproxy rules --in-intreface=a | '--in-intreface=a': there is no such flag: expected --in-interface
                    tproxy rules now | 'now': it belongs to no flag: expected only flags; --help lists them
                    tproxy rules --http-listen=127.0.0.1:80 | '--http-listen=127.0.0.1:80': there is no such flag: expected one that --help lists
                    tproxy rules --version | '--version': there is no such flag: expected one that --help lists
                    --http-listen=127.0.0.1:80 tproxy rules | rules: flags stand before this command: expected them behind it, as in conduit tproxy rules --help
                    --fwmark=1 check --fwmark=1 | check: flags stand before this command: expected them behind it, as in conduit check --help
                    --fwmark 1 check --fwmark=1 | check: flags stand before this command: expected them behind it, as in conduit check --help
                    tproxy rules --to-port=1 --to-port=2 | --to-port: it was given again after '1': expected it at most once
                    """)
    void explainsAMistypedCommand(String arguments, String line) {
        assertThat(Invocation.parse(arguments.split(" ")))
                .isEqualTo(new Invocation.Mistake("conduit: " + line));
    }

    private static List<OptionSpec> flags() {
        CommandLine command = CommandLineReader.commandLine();
        for (String name : List.of("tproxy", "rules")) {
            command = Objects.requireNonNull(command.getSubcommands().get(name));
        }
        return command.getCommandSpec().options();
    }

    private static Means means(String flags) {
        RulesTask task = task("--to-port=1 --in-interface=a " + flags);
        return ((RulesTask.Print) task).interception().means();
    }

    private static RulesTask task(String flags) {
        return ((Invocation.TproxyRules) read("Linux", words(flags))).task();
    }

    private static String mistake(String flags) {
        return ((Invocation.Mistake) read("Linux", words(flags))).line();
    }

    private static List<String> words(String flags) {
        return List.of(flags.split(" "));
    }

    private static Invocation read(String operatingSystem, List<String> flags) {
        List<String> arguments = new ArrayList<>(List.of("tproxy", "rules"));
        arguments.addAll(flags);
        return CommandLineReader.read(operatingSystem, arguments.toArray(String[]::new));
    }

    private static Network network(String first, int prefix) {
        return new Network(InetAddress.ofLiteral(first), prefix);
    }
}
