package conduit.config.flags;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.Configuration;
import conduit.config.ConnectionLimits;
import conduit.config.Dialling;
import conduit.config.Draining;
import conduit.config.Fwmark;
import conduit.config.HttpLimits;
import conduit.config.KeepAlive;
import conduit.config.Limits;
import conduit.config.Listener;
import conduit.config.Logging;
import conduit.config.Pseudonym;
import conduit.config.Rate;
import conduit.config.Rates;
import conduit.config.RelayMode;
import conduit.config.Relaying;
import conduit.config.Resolving;
import conduit.config.Reuse;
import conduit.config.SeenAs;
import conduit.config.Timeouts;
import conduit.config.TunnelTimeouts;
import conduit.config.UnderWay;
import conduit.config.Upstream;
import conduit.config.Watching;
import conduit.config.rules.Policing;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

class InvocationTest {

    @Test
    void hasTheDefaultsThatTheHelpTells() {
        Configuration configuration = run("--http-listen=127.0.0.1:8080");
        assertThat(configuration)
                .isEqualTo(
                        new Configuration(
                                List.of(listener(Listener.Protocol.HTTP, "127.0.0.1", 8080)),
                                Optional.empty(),
                                new Upstream.Direct(),
                                Optional.empty(),
                                Policing.DEFAULT,
                                new Resolving(List.of(), 10_000),
                                new Timeouts(
                                        Duration.ofSeconds(10),
                                        Duration.ofSeconds(10),
                                        Duration.ofMinutes(4),
                                        Optional.empty()),
                                new KeepAlive.Every(
                                        Duration.ofSeconds(45), Duration.ofSeconds(45), 3),
                                Dialling.AS_THE_KERNEL_LIKES,
                                new Reuse(100, 2048),
                                HttpLimits.DEFAULT,
                                new Pseudonym.OfTheProcess(),
                                new Relaying(
                                        RelayMode.AUTO,
                                        TunnelTimeouts.NONE,
                                        Runtime.getRuntime().availableProcessors()),
                                Limits.NONE,
                                Logging.DEFAULT,
                                Watching.NOTHING,
                                UnderWay.GOES_ON,
                                new Draining(Duration.ZERO, Duration.ofSeconds(30)),
                                Optional.empty()));
    }

    @Test
    void takesTheRelayModeAndTheNumberOfThreads() {
        assertThat(run("--http-listen=127.0.0.1:0", "--relay=splice", "--threads=7").relaying())
                .isEqualTo(new Relaying(RelayMode.SPLICE, TunnelTimeouts.NONE, 7));
    }

    @Test
    void takesEachListenerFlagAsOftenAsItIsGiven() {
        assertThat(
                        run(
                                        "--socks5-listen=[::1]:1080",
                                        "--http-listen",
                                        "127.0.0.1:0",
                                        "--dial-timeout=1s",
                                        "--http-listen=127.0.0.1:0",
                                        "--socks5-listen",
                                        "127.0.0.1:1080")
                                .listeners())
                .containsExactly(
                        listener(Listener.Protocol.HTTP, "127.0.0.1", 0),
                        listener(Listener.Protocol.HTTP, "127.0.0.1", 0),
                        listener(Listener.Protocol.SOCKS5, "::1", 1080),
                        listener(Listener.Protocol.SOCKS5, "127.0.0.1", 1080));
    }

    @Test
    void takesAValueThatIsCalledAsACommandIs() {
        assertThat(run("--http-listen=127.0.0.1:0", "--users-file", "passwd").usersFile())
                .contains(Path.of("passwd"));
        assertThat(Invocation.parse("--users-file", "passwd", "--http-listen=nowhere"))
                .asString()
                .contains("conduit: --http-listen: 'nowhere' ");
    }

    @Test
    void takesNameServersInTheirOrderAndTheSizeOfTheCache() {
        assertThat(
                        run(
                                        "--http-listen=127.0.0.1:0",
                                        "--dns-server=192.0.2.53",
                                        "--dns-server",
                                        "[2001:db8::53]:5353",
                                        "--dns-server=[2001:db8::53]",
                                        "--dns-cache=0")
                                .resolving())
                .isEqualTo(
                        new Resolving(
                                List.of(
                                        address("192.0.2.53", 53),
                                        address("2001:db8::53", 5353),
                                        address("2001:db8::53", 53)),
                                0));
    }

    @Test
    void readsEveryTimeoutIntoItsOwnPlace() {
        assertThat(
                        run(
                                        "--http-listen=127.0.0.1:0",
                                        "--dial-timeout=1s",
                                        "--negotiation-timeout",
                                        "2s500ms",
                                        "--http-idle-timeout=3h",
                                        "--http-response-timeout=4s")
                                .timeouts())
                .isEqualTo(
                        new Timeouts(
                                Duration.ofSeconds(1),
                                Duration.ofMillis(2_500),
                                Duration.ofHours(3),
                                Optional.of(Duration.ofSeconds(4))));
    }

    @Test
    void readsEveryLimitIntoItsOwnPlace() {
        assertThat(
                        run(
                                        "--http-listen=127.0.0.1:0",
                                        "--http-max-request-line=1024",
                                        "--http-max-header-size=1048576",
                                        "--http-max-header-fields=20")
                                .httpLimits())
                .isEqualTo(new HttpLimits(1024, 1_048_576, 20));
    }

    @Test
    void readsTheLimitsOfConnections() {
        assertThat(
                        run(
                                        "--http-listen=127.0.0.1:0",
                                        "--max-connections=10000000",
                                        "--max-connections-per-client=2",
                                        "--max-connections-per-user=3",
                                        "--max-new-per-client=4",
                                        "--client-ipv6-prefix=48")
                                .limits()
                                .connections())
                .isEqualTo(
                        new ConnectionLimits(
                                OptionalInt.of(10_000_000),
                                OptionalInt.of(2),
                                OptionalInt.of(3),
                                OptionalInt.of(4),
                                48));
    }

    @Test
    void readsTheTimeoutsOfTunnels() {
        assertThat(
                        run(
                                        "--http-listen=127.0.0.1:0",
                                        "--tunnel-idle-timeout=1h",
                                        "--half-close-timeout=5m",
                                        "--max-tunnel-lifetime=12h")
                                .relaying()
                                .timeouts())
                .isEqualTo(
                        new TunnelTimeouts(
                                Optional.of(Duration.ofHours(1)),
                                Optional.of(Duration.ofMinutes(5)),
                                Optional.of(Duration.ofHours(12))));
    }

    @Test
    void readsRates() {
        assertThat(
                        run(
                                        "--http-listen=127.0.0.1:0",
                                        "--max-rate=1Ki",
                                        "--max-rate-per-client=2M",
                                        "--max-rate-total=100G")
                                .limits()
                                .rates())
                .isEqualTo(
                        new Rates(
                                Optional.of(new Rate(1_024)),
                                Optional.of(new Rate(2_000_000)),
                                Optional.of(new Rate(100_000_000_000L))));
    }

    @Test
    void readsKeepAlive() {
        assertThat(run("--http-listen=127.0.0.1:0", "--tcp-keepalive=on").keepAlive())
                .isEqualTo(new KeepAlive.KernelDefaults());
        assertThat(run("--http-listen=127.0.0.1:0", "--tcp-keepalive", "off").keepAlive())
                .isEqualTo(new KeepAlive.Off());
        assertThat(run("--http-listen=127.0.0.1:0", "--tcp-keepalive=1:2:3").keepAlive())
                .isEqualTo(new KeepAlive.Every(Duration.ofSeconds(1), Duration.ofSeconds(2), 3));
    }

    @Test
    void readsWhatIsDialledFromAndTheMark() {
        Dialling both =
                run(
                                "--http-listen=127.0.0.1:0",
                                "--bind-address=2001:db8::7",
                                "--bind-address",
                                "192.0.2.7",
                                "--fwmark=0x2a")
                        .dialling();
        assertThat(both.from4()).contains((Inet4Address) InetAddress.ofLiteral("192.0.2.7"));
        assertThat(both.from6()).contains((Inet6Address) InetAddress.ofLiteral("2001:db8::7"));
        assertThat(both.mark()).contains(new Fwmark(42));
        assertThat(both.sources()).hasSize(2);
        assertThat(run("--http-listen=127.0.0.1:0", "--fwmark=42").dialling())
                .isEqualTo(Dialling.from(List.of(), Optional.of(new Fwmark(42)), SeenAs.CONDUIT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--fwmark=42", "--upstream=direct://", "--upstream-mode=direct"})
    void dialsForTransparentClientsFromTheirAddressesWhereItIsToldSo(String other) {
        assertThat(run("--tproxy-listen=127.0.0.1:0", other).dialling().transparent())
                .isEqualTo(SeenAs.CONDUIT);
        assertThat(
                        run("--tproxy-listen=127.0.0.1:0", "--tproxy-spoof-source", other)
                                .dialling()
                                .transparent())
                .isEqualTo(SeenAs.CLIENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-V", "--version"})
    void tellsTheVersionsThatTheBuildFilledIn(String flag) {
        assertThat(printed(flag))
                .matches("conduit \\d+\\.\\d+\\.\\d+\\S* \\(Java \\d+\\S*, Netty 4\\.\\d+\\S+\\)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "--help"})
    void listsEveryFlagWithItsDefaultAndAnExampleInTheHelp(String flag) {
        String help = printed(flag);
        for (OptionSpec option : flags()) {
            assertThat(help).contains("\n  " + String.join(", ", option.names()));
            if (option.arity().max() > 0) {
                assertThat(help)
                        .contains(option.longestName() + "=" + option.paramLabel() + "\n")
                        .contains("Example: " + option.longestName() + "=");
                assertThat(option.description()[option.description().length - 1])
                        .startsWith("Default: ")
                        .contains(option.defaultValue() == null ? "" : option.defaultValue());
            }
        }
        assertThat(help.lines().filter(line -> line.startsWith("  -"))).hasSameSizeAs(flags());
        assertThat(help)
                .containsSubsequence(
                        "\nListeners:\n",
                        "\nUpstream:\n",
                        "\nPolicy:\n",
                        "\nNames:\n",
                        "\nTimeouts:\n",
                        "\nSockets:\n",
                        "\nOther:\n");
        assertThat(help).doesNotContain("${").doesNotEndWith("\n");
        assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(91));
    }

    @Test
    void givesExamplesInTheHelpThatItCanRead() {
        for (OptionSpec option : flags()) {
            String last = option.description()[option.description().length - 1];
            if (last.contains("Example: ")) {
                String example = last.substring(last.indexOf("Example: ") + "Example: ".length());
                CommandLineReader.commandLine().parseArgs(example);
            }
        }
    }

    @Test
    void helpsEvenWhereAListenerIsMissing() {
        assertThat(printed("--dial-timeout=1s", "--help")).startsWith("Usage: conduit");
    }

    @Test
    void printsNothingItself() {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        try (PrintStream catching = new PrintStream(seen)) {
            System.setOut(catching);
            System.setErr(catching);
            Invocation.parse("--help");
            Invocation.parse("--version");
            Invocation.parse("--no-such-flag");
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        assertThat(seen.size()).isZero();
    }

    private static List<OptionSpec> flags() {
        CommandSpec spec = CommandLineReader.commandLine().getCommandSpec();
        return spec.options();
    }

    private static Configuration run(String... args) {
        return ((Invocation.Run) Invocation.parse(args)).configuration();
    }

    private static String printed(String... args) {
        return ((Invocation.Print) Invocation.parse(args)).text();
    }

    private static Listener listener(Listener.Protocol protocol, String address, int port) {
        return new Listener(protocol, address(address, port));
    }

    private static InetSocketAddress address(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }
}
