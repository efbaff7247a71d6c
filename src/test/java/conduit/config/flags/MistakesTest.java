package conduit.config.flags;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MistakesTest {

    private static final String LISTEN_FORM = "expected IP:port, for example 127.0.0.1:8080";
    private static final String UPSTREAM_FORM = "expected host:port, for example 192.0.2.7:3128";
    private static final String DURATION_FORM =
            "expected whole numbers with h, m, s or ms, for example 1m30s";
    private static final String KEEPALIVE_FORM =
            "expected on, off or IDLE:INTVL:CNT, for example 45:45:3";

    private static final String SOURCE_FORM = "expected IP, for example 192.0.2.7 or 2001:db8::7";
    private static final String MARK_FORM = "expected 1 to 4294967295, for example 42 or 0x2a";
    private static final String NAME_SERVER_FORM = "expected IP or IP:port, for example 192.0.2.53";
    private static final String VIA_FORM =
            "expected on, off or a name, for example egress1.example";
    private static final String CONNECTIONS_FORM = "expected 0 to 1000000, for example 100";
    private static final String RATE_FORM =
            "expected bytes per second from 1Ki to 100G, for example 500K or 10Mi";
    private static final String BYTES_FORM = "expected 1024 to 1048576, for example 65536";
    private static final String FIELDS_FORM = "expected 20 to 10000, for example 500";
    private static final String CLIENTS_FORM =
            "expected IP or IP/bits, for example 192.0.2.0/24 or 2001:db8::/32";
    private static final String TARGET_FORM =
            "expected a network, a name, .name or *, with or without :port, for example"
                    + " .example.com:443";
    private static final String LIMIT_FORM = "expected 1 to 10000000, for example 200";
    private static final String PREFIX_FORM = "expected 32 to 128, for example 56";
    private static final String CACHE_FORM = "expected 0 to 1000000, for example 10000";

    static Stream<Arguments> values() {
        return Stream.of(
                        listenAddresses("--http-listen"),
                        listenAddresses("--socks5-listen"),
                        listenAddresses("--tproxy-listen"),
                        of("--upstream-addr", UPSTREAM_FORM, "a b:3128", "192.0.2.7", "::1", ""),
                        of("--upstream-addr", UPSTREAM_FORM, "192.0.2.7:0", "192.0.2.7:65536"),
                        of("--dns-server", NAME_SERVER_FORM, "dns.test", "::1", "", "192.0.2.53:0"),
                        of("--dns-server", NAME_SERVER_FORM, "192.0.2.53:65536", "[192.0.2.53]"),
                        of(
                                "--dns-cache",
                                CACHE_FORM,
                                "-1",
                                "1000001",
                                "many",
                                "",
                                "1k",
                                "10000000"),
                        durations("--dial-timeout"),
                        durations("--negotiation-timeout"),
                        durations("--http-idle-timeout"),
                        durations("--http-response-timeout"),
                        of("--upstream-mode", "expected direct, http or socks5", "tor", "HTTP", ""),
                        of("--tcp-keepalive", KEEPALIVE_FORM, "45:45", "yes", "", "0:1:1"),
                        of("--tcp-keepalive", KEEPALIVE_FORM, "1:32768:1", "1:1:128", "-1:1:1"),
                        of("--bind-address", SOURCE_FORM, "eth0", "127.0.0.1:0", "[::1]", ""),
                        of("--bind-address", SOURCE_FORM, "0.0.0.0", "::", "224.0.0.1"),
                        of("--via", VIA_FORM, "", "a b", "on,off", "é"),
                        of("--http-max-idle-conns", CONNECTIONS_FORM, "", "-1", "1000001", "many"),
                        of("--http-max-idle-conns-per-host", CONNECTIONS_FORM, "-1", "1e3"),
                        of("--http-max-request-line", BYTES_FORM, "1023", "1048577", "16k", ""),
                        of("--http-max-header-size", BYTES_FORM, "1023", "1048577", "-1"),
                        of("--http-max-header-fields", FIELDS_FORM, "19", "10001", "many"),
                        of("--max-rate", RATE_FORM, "", "1023", "101G", "10 M", "fast"),
                        of("--max-rate-per-client", RATE_FORM, "0", "1.5M"),
                        of("--max-rate-total", RATE_FORM, "0", "10MB"),
                        durations("--max-tunnel-lifetime"),
                        of("--allow-from", CLIENTS_FORM, "", "any", "10.0.0.1/8", "10.0.0.0/33"),
                        of("--deny-from", CLIENTS_FORM, "example.com", "[::1]", "10.0.0.0/8:80"),
                        of("--allow-to", TARGET_FORM, "", "*.example.com", "a:http", "::1"),
                        of("--deny-to", TARGET_FORM, "10.0.0.1/8", "0x7f.1", "a:2-1", "127.1"),
                        of("--guard", "expected off, local or strict", "", "on", "STRICT"),
                        of("--max-connections", LIMIT_FORM, "", "0", "-1", "10000001", "many"),
                        of("--max-connections-per-client", LIMIT_FORM, "0", "1k"),
                        of("--max-connections-per-user", LIMIT_FORM, "0", "1e3"),
                        of("--max-new-per-client", LIMIT_FORM, "0", "0.5"),
                        of("--client-ipv6-prefix", PREFIX_FORM, "31", "129", "/64"),
                        of("--fwmark", MARK_FORM, "0", "-1", "4294967296", "0x", "042", ""))
                .flatMap(rows -> rows);
    }

    private static Stream<Arguments> listenAddresses(String flag) {
        return of(
                flag,
                LISTEN_FORM,
                "localhost:8080",
                "127.0.0.1",
                "::1:80",
                "127.0.0.1:65536",
                "127.0.0.1:-1",
                "127.0.0.1:1,127.0.0.1:2",
                "[127.0.0.1]:80",
                ":80",
                "8080",
                "",
                "${sys:user.dir}",
                "@file");
    }

    private static Stream<Arguments> durations(String flag) {
        return of(
                flag,
                DURATION_FORM,
                "10",
                "0s",
                "-1s",
                "1.5s",
                "1s1m",
                "10 s",
                "",
                "99999999999999999999h");
    }

    private static Stream<Arguments> of(String flag, String expected, String... given) {
        return Arrays.stream(given).map(value -> Arguments.of(flag, value, expected));
    }

    @ParameterizedTest
    @MethodSource("values")
    void namesTheFlagTheValueAndTheForm(String flag, String given, String expected) {
        String line = mistake("--http-listen=127.0.0.1:0", flag + "=" + given);
        assertThat(line)
                .startsWith("conduit: " + flag + ": '" + given + "' is not a")
                .endsWith("): " + expected);
        assertThat(mistake("--http-listen=127.0.0.1:0", flag, given)).isEqualTo(line);
    }

    @ParameterizedTest
    @MethodSource("values")
    void namesAFlagWithoutItsValue(String flag, String ignored, String expected) {
        String line = "conduit: " + flag + ": no value was given: " + expected;
        assertThat(mistake(flag)).isEqualTo(line);
        assertThat(mistake(flag, "--http-listen=127.0.0.1:0")).isEqualTo(line);
    }

    @Test
    void saysItInOneSentence() {
        assertThat(mistake("--http-listen=localhost:8080"))
                .isEqualTo(
                        "conduit: --http-listen: 'localhost:8080' is not an address and port (the"
                                + " host is not an IP address): expected IP:port, for example"
                                + " 127.0.0.1:8080");
    }

    @ParameterizedTest
    @CsvSource({
        "--upstream, direct://",
        "--upstream-mode, direct",
        "--upstream-auth-file, a",
        "--upstream-addr, 192.0.2.7:3128",
        "--dns-cache, 100",
        "--dial-timeout, 1s",
        "--negotiation-timeout, 1s",
        "--http-idle-timeout, 1s",
        "--tcp-keepalive, off",
        "--fwmark, 42",
    })
    void refusesASingleValueGivenTwice(String flag, String value) {
        assertThat(mistake("--http-listen=127.0.0.1:0", flag + "=" + value, flag, value))
                .isEqualTo(
                        "conduit: %s: it was given again after '%s': expected it at most once"
                                .formatted(flag, value));
    }

    @Test
    void refusesHelpGivenTwiceOrWithAValue() {
        assertThat(mistake("--help", "-h"))
                .isEqualTo("conduit: --help: it was given again: expected it at most once");
        assertThat(mistake("--help=a\nb"))
                .isEqualTo(
                        "conduit: option '--help' should be specified without 'a\\nb' parameter");
        assertThat(mistake("--version=" + "x".repeat(9_999))).endsWith("x...");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--http-lisen=127.0.0.1:80",
                "--http",
                "-http-listen=127.0.0.1:80",
                "--http-listen:127.0.0.1:80"
            })
    void suggestsFlagsForOneThatIsUnknown(String argument) {
        assertThat(mistake(argument))
                .isEqualTo(
                        "conduit: '%s': there is no such flag: expected --http-listen or"
                                        .formatted(argument)
                                + " --http-idle-timeout");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--bogus", "--no-help", "--HTTP-LISTEN=127.0.0.1:80", "-x", "-hV"})
    void pointsToTheHelpForAFlagThatResemblesNone(String argument) {
        assertThat(mistake(argument))
                .isEqualTo(
                        "conduit: '%s': there is no such flag: expected one that --help lists"
                                .formatted(argument));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:8080", "@arguments", "", "-", "-5"})
    void refusesWhatBelongsToNoFlag(String argument) {
        String line =
                "conduit: '%s': it belongs to no flag: expected only flags; --help lists them"
                        .formatted(argument);
        assertThat(mistake(argument)).isEqualTo(line);
        assertThat(mistake("--http-listen=127.0.0.1:0", argument, "more")).isEqualTo(line);
    }

    @Test
    void doesNotReadArgumentsFromAFile(@TempDir Path directory) throws IOException {
        Path arguments = Files.writeString(directory.resolve("a"), "--http-listen=127.0.0.1:0");
        assertThat(mistake("@" + arguments)).startsWith("conduit: '@").contains("no flag");
    }

    @Test
    void needsAListener() {
        String line =
                "conduit: --http-listen, --socks5-listen, --tproxy-listen: none was given:"
                        + " expected at least one listener, for example --http-listen=127.0.0.1:8080";
        assertThat(mistake()).isEqualTo(line);
        assertThat(mistake("--dial-timeout=1s")).isEqualTo(line);
        assertThat(mistake("--")).isEqualTo(line);
    }

    @ParameterizedTest
    @CsvSource({
        "--http-listen=127.0.0.1:80, --http-listen=127.0.0.1:80, --http-listen, 127.0.0.1:80, ''",
        "--http-listen=127.0.0.1:80, --socks5-listen=127.0.0.1:80, --socks5-listen, 127.0.0.1:80, ', by --http-listen'",
        "--socks5-listen=[::1]:80, --socks5-listen=[0:0::1]:80, --socks5-listen, [::1]:80, ''",
        "--socks5-listen=[::ffff:127.0.0.1]:1, --http-listen=127.0.0.1:1, --socks5-listen, 127.0.0.1:1, ', by --http-listen'",
    })
    void refusesAListenerAddressGivenTwice(
            String first, String second, String flag, String address, String by) {
        assertThat(mistake(first, second))
                .isEqualTo(
                        "conduit: %s: '%s' has a listener already%s: expected another address or port"
                                .formatted(flag, address, by));
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.7, 2001:db8::7, 192.0.2.8", "2001:db8::7, 192.0.2.7, 2001:db8::7"})
    void refusesASecondAddressOfAFamilyToDialFrom(String first, String other, String second) {
        assertThat(
                        mistake(
                                "--http-listen=127.0.0.1:0",
                                "--bind-address=" + first,
                                "--bind-address=" + other,
                                "--bind-address=" + second))
                .isEqualTo(
                        "conduit: --bind-address: '%s' is the second of its family: expected one"
                                        .formatted(second)
                                + " IPv4 and one IPv6 address at most");
    }

    @Test
    void refusesTransparentListenersWhereThereAreNone() {
        String flag = "--tproxy-listen=127.0.0.1:1";
        assertThat(mistakeOn("Mac OS X", flag))
                .isEqualTo(
                        "conduit: --tproxy-listen: '127.0.0.1:1' is not possible here (Linux only):"
                                + " expected one of --http-listen, --socks5-listen");
    }

    @Test
    void refusesToSpoofTheSourceWithoutATransparentListener() {
        assertThat(mistake("--http-listen=127.0.0.1:0", "--tproxy-spoof-source"))
                .isEqualTo(
                        "conduit: --tproxy-spoof-source: it has no use without --tproxy-listen:"
                                + " expected at least one transparent listener");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--upstream=http://192.0.2.7:3128",
                "--upstream=socks5://192.0.2.7:1080",
                "--upstream-mode=http --upstream-addr=192.0.2.7:3128"
            })
    void refusesToSpoofTheSourceBeforeAParent(String parent) {
        assertThat(
                        mistake(
                                ("--tproxy-listen=127.0.0.1:0 --tproxy-spoof-source " + parent)
                                        .split(" ")))
                .isEqualTo(
                        "conduit: --tproxy-spoof-source: a parent proxy would answer to the"
                                + " clients, which have not asked it for anything: expected the"
                                + " direct way out");
    }

    @Test
    void staysOneShortLineWhateverWasGiven() {
        assertThat(mistake("--http-listen=a\r\nb\u001b[31m\u2028"))
                .startsWith("conduit: --http-listen: 'a\\r\\nb\\u{1b}[31m\\u{2028}' is not");
        assertThat(mistake("--http-lis\nen")).startsWith("conduit: '--http-lis\\nen': there is");
        assertThat(mistake("a\nb")).startsWith("conduit: 'a\\nb': it belongs");
        assertThat(mistake("--dial-timeout=" + "x".repeat(100_000)))
                .startsWith("conduit: --dial-timeout: 'xxx")
                .contains("x...' is not a duration");
    }

    private static String mistake(String... args) {
        return mistakeOn(System.getProperty("os.name"), args);
    }

    /** The line, after checking what every line must be. */
    private static String mistakeOn(String operatingSystem, String... args) {
        String line = ((Invocation.Mistake) CommandLineReader.read(operatingSystem, args)).line();
        assertThat(line).startsWith("conduit: ").doesNotContainPattern("[\\p{Cntrl}\u2028\u2029]");
        assertThat(line).hasSizeLessThan(300);
        return line;
    }
}
