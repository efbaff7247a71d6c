package conduit.config.flags;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Network;
import conduit.address.Parsed;
import conduit.address.PortRange;
import conduit.config.rules.Action;
import conduit.config.rules.Guarding;
import conduit.config.rules.Policing;
import conduit.config.rules.Rule;
import conduit.config.rules.RuleSet;
import conduit.config.rules.Target;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyFlagsTest {

    private static Policing policing(String... flags) {
        String[] args = new String[flags.length + 1];
        System.arraycopy(flags, 0, args, 1, flags.length);
        args[0] = "--http-listen=127.0.0.1:0";
        return ((Invocation.Run) Invocation.parse(args)).configuration().policing();
    }

    private static Network network(String text) {
        return ((Parsed.Valid<Network>) Network.parse(text)).value();
    }

    private static Rule rule(
            Action action, List<Network> from, List<Target> to, List<PortRange> ports, String at) {
        return new Rule(action, from, Set.of(), Set.of(), to, ports, false, at);
    }

    @Test
    void leavesEverythingButWhatTheGuardHasOpen() {
        assertThat(policing()).isEqualTo(Policing.DEFAULT);
        assertThat(Policing.DEFAULT).isEqualTo(new Policing(RuleSet.NONE, Guarding.LOCAL));
    }

    @Test
    void deniesBeforeItAllowsWhateverTheOrderOfTheFlags() {
        assertThat(
                        policing(
                                        "--allow-to=.example.com:443",
                                        "--deny-to",
                                        "Bad.Example.com.",
                                        "--allow-from=10.0.0.0/8",
                                        "--deny-from=10.9.0.0/16",
                                        "--allow-to=*:80-81",
                                        "--deny-to=[2001:db8::/32]:25",
                                        "--allow-from",
                                        "fd00::/8")
                                .rules())
                .isEqualTo(
                        new RuleSet(
                                List.of(
                                        rule(
                                                Action.DENY,
                                                List.of(network("10.9.0.0/16")),
                                                List.of(),
                                                List.of(),
                                                "--deny-from=10.9.0.0/16"),
                                        rule(
                                                Action.DENY,
                                                List.of(),
                                                List.of(new Target.Named("bad.example.com")),
                                                List.of(),
                                                "--deny-to=Bad.Example.com."),
                                        rule(
                                                Action.DENY,
                                                List.of(),
                                                List.of(new Target.In(network("2001:db8::/32"))),
                                                List.of(new PortRange(25, 25)),
                                                "--deny-to=[2001:db8::/32]:25"),
                                        rule(
                                                Action.ALLOW,
                                                List.of(network("10.0.0.0/8"), network("fd00::/8")),
                                                List.of(new Target.Under("example.com")),
                                                List.of(new PortRange(443, 443)),
                                                "--allow-to=.example.com:443"),
                                        rule(
                                                Action.ALLOW,
                                                List.of(network("10.0.0.0/8"), network("fd00::/8")),
                                                List.of(),
                                                List.of(new PortRange(80, 81)),
                                                "--allow-to=*:80-81")),
                                Action.DENY));
    }

    @Test
    void allowsWhatItDoesNotDenyWhereNothingIsAllowedByName() {
        assertThat(policing("--deny-to=192.0.2.1").rules())
                .isEqualTo(
                        new RuleSet(
                                List.of(
                                        rule(
                                                Action.DENY,
                                                List.of(),
                                                List.of(new Target.In(network("192.0.2.1/32"))),
                                                List.of(),
                                                "--deny-to=192.0.2.1")),
                                Action.ALLOW));
    }

    @Test
    void allowsSomeClientsEverywhere() {
        assertThat(policing("--allow-from=192.0.2.1").rules())
                .isEqualTo(
                        new RuleSet(
                                List.of(
                                        rule(
                                                Action.ALLOW,
                                                List.of(network("192.0.2.1/32")),
                                                List.of(),
                                                List.of(),
                                                "--allow-from=192.0.2.1")),
                                Action.DENY));
    }

    @ParameterizedTest
    @CsvSource({"off, OFF", "local, LOCAL", "strict, STRICT"})
    void takesTheModeOfTheGuard(String mode, Guarding guarding) {
        assertThat(policing("--guard=" + mode).guarding()).isEqualTo(guarding);
    }

    @ParameterizedTest
    @CsvSource({
        "*, *, 0",
        "*:25, *, 25",
        "192.0.2.0/24, 192.0.2.0/24, 0",
        "192.0.2.0/24:443, 192.0.2.0/24, 443",
        "192.0.2.1:443, 192.0.2.1/32, 443",
        "2001:db8::/32, 2001:db8::/32, 0",
        "[2001:db8::/32], 2001:db8::/32, 0",
        "[2001:db8::1]:443, 2001:db8::1/128, 443",
        "EXAMPLE.com.:443, example.com, 443",
        "localhost, localhost, 0",
        ".com, .com, 0",
        "bücher.example, xn--bcher-kva.example, 0",
        ".BÜCHER.example:80, .xn--bcher-kva.example, 80",
    })
    void readsATarget(String text, String target, int port) {
        Destined destined = ((Parsed.Valid<Destined>) Destined.parse(text)).value();
        assertThat(destined.target().toString()).isEqualTo(target);
        assertThat(destined.ports())
                .isEqualTo(port == 0 ? List.of() : List.of(new PortRange(port, port)));
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8::1, an IPv6 address needs brackets",
        "::1:443, an IPv6 address needs brackets",
        "2001:db8::/32:443, an IPv6 address needs brackets",
        "[2001:db8::1, the closing bracket is missing",
        "[2001:db8::1]443, only a port may follow the closing bracket",
        "[192.0.2.1], only IPv6 may stand in brackets",
        "[2001:db8::1/32], its address has bits set behind the prefix",
        "10.0.0.1/8, its address has bits set behind the prefix",
        "10.0.0.0/33, its prefix is not 0 to 32",
        "a:, the port is neither a number nor a range",
        "a:0, the range of ports is empty or not within 1 to 65535",
        "a:9-8, the range of ports is empty or not within 1 to 65535",
        "a:65536, the range of ports is empty or not within 1 to 65535",
        "a:80-, the port is neither a number nor a range",
        "'', it is neither a name nor a network",
        "., it is neither a name nor a network",
        "..a, it is neither a name nor a network",
        "*.example.com, a name and whatever is below it is written .name",
        "10.0.0, it is neither a name nor a network",
        "0x7f.1, it is neither a name nor a network",
        "2130706433, it is neither a name nor a network",
        "a b, it is neither a name nor a network",
        "http://a, 'the port is neither a number nor a range'",
        "faß.example, 'some translate it to one name, some to another: write xn--'",
    })
    void saysWhatIsWrongWithATarget(String text, String why) {
        assertThat(Destined.parse(text)).isEqualTo(Parsed.invalid(why));
    }
}
