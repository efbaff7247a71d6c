package conduit.config.flags;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.flags.Invocation.Mistake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every mistake in a configuration file: one line, with file, line and column. */
class ConfigFileMistakesTest {

    private static final String HTTP = "--http-listen=127.0.0.1:0";
    private static final String STRING = "a string";
    private static final String STRINGS = "a string, or a list of them";
    private static final String INTEGER = "an integer";

    @TempDir Path folder;

    /** What the file says, and what is said of it behind {@code conduit: conduit.toml:}. */
    static Stream<Arguments> mistakes() {
        return Stream.of(
                // TOML
                of("a = ", "1:5: it is not TOML: Unexpected end of input, expected a value"),
                of(
                        "fwmark = 1\n\nfwmark = 2",
                        "3:1: it is not TOML: fwmark previously defined at line 1, column 1"),
                of("fwmark = 99999999999999999999", "1:10: it is not TOML: Integer is too large"),
                of("via = \"a\\qb\"", "1:9: it is not TOML: Invalid escape sequence '\\\\q'"),
                // keys
                of("\n htp-listen = 1", "2:2: htp-listen", "there is no such key", "http-listen"),
                of("http_listen = 1", "1:1: http_listen", "there is no such key", "http-listen"),
                of("'--fwmark' = 1", "1:1: --fwmark", "there is no such key", "fwmark"),
                of(
                        "bogus = 1",
                        "1:1: bogus",
                        "there is no such key",
                        "one that conduit check lists"),
                of(
                        "'a\\nb' = 1",
                        "1:1: a\\\\nb",
                        "there is no such key",
                        "one that conduit check lists"),
                of(
                        "config = 'x'",
                        "1:1: config",
                        "there is no such key",
                        "one that conduit check lists"),
                table("[limits]\na = 1", "1:1: limits"),
                table("[[rule]]\na = 1", "1:1: rule"),
                table("limits.a = 1", "1:1: limits"),
                // types
                of("http-listen = 8080", "1:1: http-listen", "it is an integer", STRINGS),
                of(
                        "http-listen = [\n  '127.0.0.1:1',\n  8080]",
                        "3:3: http-listen",
                        "it is an integer",
                        STRINGS),
                of("http-listen = [['a']]", "1:16: http-listen", "it is a list", STRINGS),
                of("dial-timeout = ['5s']", "1:1: dial-timeout", "it is a list", STRING),
                of(
                        "dial-timeout = 1979-05-27",
                        "1:1: dial-timeout",
                        "it is a date or time",
                        STRING),
                of("threads = '4'", "1:1: threads", "it is a string", INTEGER),
                of("threads = 4.0", "1:1: threads", "it is a floating-point number", INTEGER),
                of("threads = {}", "1:1: threads", "it is a table", INTEGER),
                of("fwmark = '0x2a'", "1:1: fwmark", "it is a string", INTEGER),
                of(
                        "tproxy-spoof-source = 'on'",
                        "1:1: tproxy-spoof-source",
                        "it is a string",
                        "true or false"),
                // values
                of(
                        "http-listen = ['127.0.0.1:1',\n 'localhost:8080']",
                        "2:2: http-listen",
                        "'localhost:8080' is not an address and port (the host is not an IP"
                                + " address)",
                        "IP:port, for example 127.0.0.1:8080"),
                of(
                        "threads = 0",
                        "1:1: threads",
                        "'0' is not a number of threads (it is out of range)",
                        "1 to 1024, for example 4"),
                of(
                        "threads = -1",
                        "1:1: threads",
                        "'-1' is not a number of threads (it is not a whole number)",
                        "1 to 1024, for example 4"),
                of(
                        "tls-ca-file = ''",
                        "1:1: tls-ca-file",
                        "'' is not a path (it is empty)",
                        "the path of a file"),
                of(
                        "upstream = 'http://joe:secret@127.0.0.1:1'",
                        "1:1: upstream",
                        "'http://***@127.0.0.1:1' is not a way out (a password belongs into the"
                                + " file of --upstream-auth-file)",
                        "direct://, http://host:port or socks5://host:port"),
                // rules
                rule("", "1:1: rules", "the action is missing", ACTIONS_TO_SET),
                rule("action = 'alow'", "2:1: action", "'alow' is not possible here", ACTIONS),
                rule("action = ['deny']", "2:1: action", "it is a list", STRING),
                rule("action = true", "2:1: action", "it is true or false", STRING),
                rule("action='deny'\nusres='a'", "3:1: usres", "there is no such key", "users"),
                rule(
                        "action='deny'\nthreads=4",
                        "3:1: threads",
                        "there is no such key",
                        "one of action, from, users, inbounds, to, ports, guard in a rule; other"
                                + " keys stand above the first [[rules]]"),
                rule(
                        "action='deny'\ndefault='deny'",
                        "3:1: default",
                        "it stands in a rule",
                        "it above the first [[rules]]"),
                rule(
                        "action='deny'\nfrom = ['192.0.2.1', '192.0.2.1/24']",
                        "3:22: from",
                        "'192.0.2.1/24' is not a network (its address has bits set behind the"
                                + " prefix)",
                        "an address or a network, for example \"192.0.2.0/24\""),
                rule("action='deny'\nfrom = []", "3:1: from", "the list is empty", NOT_EMPTY),
                rule("action='deny'\nusers = 7", "3:1: users", "it is an integer", STRING),
                rule(
                        "action='deny'\nusers = ''",
                        "3:1: users",
                        "'' is not the name of a user (it is empty)",
                        "a name, for example \"alice\""),
                rule(
                        "action='deny'\ninbounds = ['http']",
                        "3:13: inbounds",
                        "'http' is not possible here",
                        "\"connect\", \"forward\", \"socks5\" or \"transparent\""),
                to("a b", "it is neither a name nor a network"),
                to("127.1", "it is neither a name nor a network"),
                to("0x7f000001", "it is neither a name nor a network"),
                to(".", "it is neither a name nor a network"),
                to("*.example.com", "a name and whatever is below it is written .name"),
                to("[::1]", "its address is not an IP address"),
                to("192.0.2.0/33", "its prefix is not 0 to 32"),
                ports("0", "'0'", "the range of ports is empty or not within 1 to 65535"),
                ports("'8000-'", "'8000-'", "the port is neither a number nor a range"),
                ports(
                        "'1-65536'",
                        "'1-65536'",
                        "the range of ports is empty or not within 1 to 65535"),
                ports("'2-1'", "'2-1'", "the range of ports is empty or not within 1 to 65535"),
                rule(
                        "action='deny'\nports = [80, 1.5]",
                        "3:14: ports",
                        "it is a floating-point" + " number",
                        INTEGER),
                rule(
                        "action='allow'\nguard='on'",
                        "3:1: guard",
                        "'on' is not possible here",
                        "\"off\", or no such key"),
                rule(
                        "guard='off'\naction='deny'",
                        "2:1: guard",
                        "it has no use where nothing is allowed",
                        "it in rules with action = \"allow\""),
                of(
                        "\n[[rules]]\naction = 'deny'",
                        "2:1: default",
                        "it is missing, and there are rules",
                        "\"allow\" or \"deny\", above the first [[rules]]"),
                of(
                        "default = 'report'",
                        "1:1: default",
                        "'report' is not possible here",
                        "\"allow\" or \"deny\""),
                of("default = true", "1:1: default", "it is true or false", STRING),
                of(
                        "[rules]\naction = 'deny'",
                        "1:1: rules",
                        "it is a table",
                        "tables, each below a line [[rules]]"),
                of(
                        "rules = 'x'",
                        "1:1: rules",
                        "it is a string",
                        "tables, each below a line [[rules]]"));
    }

    private static final String ACTIONS = "\"allow\", \"deny\" or \"report\"";
    private static final String ACTIONS_TO_SET = "action = " + ACTIONS;
    private static final String NOT_EMPTY = "something, or no such key";

    private static Arguments of(String toml, String... said) {
        return Arguments.of(
                toml,
                said.length == 1 ? said[0] : said[0] + ": " + said[1] + ": expected " + said[2]);
    }

    private static Arguments table(String toml, String subject) {
        return of(toml, subject, "there is no such table", "[[rules]], the only ones there are");
    }

    /** The rule begins in the first line, and what must stand above it is put there later. */
    private static Arguments rule(String toml, String... said) {
        return of("[[rules]]\n" + toml, said);
    }

    private static Arguments to(String target, String why) {
        return rule(
                "action='deny'\nto = '" + target + "'",
                "3:1: to",
                "'" + target + "' is not a destination (" + why + ")",
                "a network, a name, \".name\" with all below it, or \"*\"");
    }

    private static Arguments ports(String value, String shown, String why) {
        return rule(
                "action='deny'\nports = " + value,
                "3:1: ports",
                shown + " is not a port or a range (" + why + ")",
                "1 to 65535, for example 443 or \"8000-8999\"");
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void namesFileLineAndColumn(String toml, String said) throws IOException {
        boolean needsDefault = toml.startsWith("[[rules]]");
        Path file = folder.resolve("conduit.toml");
        Files.writeString(file, needsDefault ? "default = 'deny'\n" + toml : toml);
        String expected = needsDefault ? oneLineLower(said) : said;
        assertThat(mistake("--http-listen=127.0.0.1:0", "--config=" + file))
                .isEqualTo("conduit: " + file + ":" + expected);
    }

    private static String oneLineLower(String said) {
        int colon = said.indexOf(':');
        return Integer.parseInt(said.substring(0, colon)) + 1 + said.substring(colon);
    }

    @Test
    void tellsTheFirstInTheOrderOfTheFile() throws IOException {
        assertThat(inFile("default = 'deny'\n[[rules]]\nfrom = 'x'\nto = ''"))
                .startsWith("conduit: " + folder + "/conduit.toml:2:1: rules: the action");
        assertThat(inFile("bogus = 1\ndefault = 'x'")).contains(":1:1: bogus");
        assertThat(inFile("default = 'x'\nbogus = 1")).contains(":1:1: default");
        assertThat(inFile("via = 'a b'\nfwmark = 0")).contains(":1:1: via");
    }

    @Test
    void checksWhatTheCommandLineOverrulesAllTheSame() throws IOException {
        assertThat(inFile("dial-timeout = '0s'", "--dial-timeout=1s"))
                .contains(":1:1: dial-timeout: '0s' is not a duration");
    }

    @Test
    void namesBothPlacesOfWhatContradictsItself() throws IOException {
        String at = folder + "/conduit.toml:";
        assertThat(inFile("upstream-mode = 'direct'\nupstream = 'direct://'", HTTP))
                .isEqualTo(
                        "conduit: %s2:1: upstream: it was given together with upstream-mode (%s1:1):"
                                        .formatted(at, at)
                                + " expected either this flag or the other two");
        assertThat(inFile("upstream-mode = 'direct'", "--upstream=direct://", HTTP))
                .isEqualTo(
                        "conduit: --upstream: it was given together with upstream-mode (%s1:1):"
                                        .formatted(at)
                                + " expected either this flag or the other two");
        assertThat(inFile("\nupstream = 'direct://'", "--upstream-mode=direct", HTTP))
                .isEqualTo(
                        "conduit: %s2:1: upstream: it was given together with --upstream-mode"
                                        .formatted(at)
                                + " (command line): expected either this flag or the other two");
        assertThat(inFile("upstream-mode = 'http'", HTTP))
                .isEqualTo(
                        "conduit: --upstream-addr: none was given with upstream-mode=http (%s1:1):"
                                        .formatted(at)
                                + " expected host:port, for example 192.0.2.7:3128");
        assertThat(
                        inFile(
                                "socks5-listen = [\n'127.0.0.1:1',\n'127.0.0.1:0']",
                                "--http-listen=127.0.0.1:1"))
                .isEqualTo(
                        "conduit: %s2:1: socks5-listen: '127.0.0.1:1' has a listener already, by"
                                        .formatted(at)
                                + " --http-listen (command line): expected another address or port");
        assertThat(inFile("socks5-listen = [\n'127.0.0.1:1',\n'127.0.0.1:1']"))
                .startsWith("conduit: %s3:1: socks5-listen: '127.0.0.1:1' has".formatted(at));
    }

    @Test
    void takesRulesInOnePlaceOnly() throws IOException {
        String at = folder + "/conduit.toml:";
        String rules = "default = 'deny'\n[[rules]]\naction = 'allow'";
        assertThat(inFile(rules, "--deny-to=192.0.2.1", HTTP))
                .isEqualTo(
                        "conduit: --deny-to: it was given together with [[rules]] (%s2): expected"
                                        .formatted(at)
                                + " either these flags or rules in the file");
        assertThat(inFile("allow-from = '192.0.2.1'\n" + rules, HTTP))
                .startsWith("conduit: " + at + "1:1: allow-from: it was given together with [[");
        assertThat(inFile("allow-to = '*'\ndefault = 'deny'", HTTP))
                .startsWith("conduit: " + at + "1:1: allow-to: it was given together with the def");
    }

    @Test
    void wantsAFileOfUsersWhereRulesNameSome() throws IOException {
        String rules =
                """
                default = 'deny'
                [[rules]]
                action = 'deny'
                [[rules]]
                action = 'allow'
                users = ['alice']
                """;
        String said =
                "conduit: %s/conduit.toml:4: users: without a file of users nobody is any of them:"
                        + " expected users-file, as a key or a flag, or no users in rules";
        assertThat(inFile(rules, HTTP)).isEqualTo(said.formatted(folder));
        String file = "--config=" + folder.resolve("conduit.toml");
        assertThat(mistake("check", HTTP, file)).isEqualTo(said.formatted(folder));
        assertThat(CommandLineReader.read("Linux", HTTP, file, "--users-file=" + folder))
                .isInstanceOf(Invocation.Run.class);
    }

    @Test
    void leavesMistakesOfTheCommandLineAsTheyAre() throws IOException {
        assertThat(inFile("threads = 1", "--fwmark=0")).startsWith("conduit: --fwmark: '0' is");
        assertThat(inFile("threads = 1")).startsWith("conduit: --http-listen, --socks5-listen,");
        assertThat(mistake("--config=")).startsWith("conduit: --config: '' is not a path");
        assertThat(mistake("--config")).startsWith("conduit: --config: no value was given");
    }

    @Test
    void saysWhyAFileCannotBeRead() throws IOException {
        assertThat(mistake("--config=" + folder)).isEqualTo(unusable(folder, "it is a directory"));
        Path none = folder.resolve("none");
        assertThat(mistake("--config=" + none)).isEqualTo(unusable(none, "there is no such file"));
        assertThat(mistake("--config=/dev/null"))
                .isEqualTo(unusable(Path.of("/dev/null"), "it is not a regular file"));
        Path latin =
                Files.write(
                        folder.resolve("latin"), new byte[] {'#', '\n', '#', (byte) 0xe9, '\n'});
        assertThat(mistake("--config=" + latin))
                .isEqualTo(unusable(latin, "it is not UTF-8 in line 2"));
        Path cut = Files.write(folder.resolve("cut"), new byte[] {'#', (byte) 0xc3});
        assertThat(mistake("--config=" + cut)).contains("it is not UTF-8 in line 1");
        Path huge = Files.write(folder.resolve("huge"), new byte[16 * 1024 * 1024 + 1]);
        assertThat(mistake("--config=" + huge)).contains("it is longer than 16777216 bytes");
    }

    private static String unusable(Path file, String why) {
        return "conduit: --config: "
                + Quoted.of(file.toString())
                + " cannot be used ("
                + why
                + "): expected a file in TOML";
    }

    private String inFile(String toml, String... flags) throws IOException {
        List<String> args = new ArrayList<>(List.of(flags));
        args.add("--config=" + Files.writeString(folder.resolve("conduit.toml"), toml));
        return mistake(args.toArray(String[]::new));
    }

    /** The line, after checking what every line must be. */
    private static String mistake(String... args) {
        String line = ((Mistake) CommandLineReader.read("Linux", args)).line();
        assertThat(line).startsWith("conduit: ").doesNotContainPattern("[\\p{Cntrl}]");
        return line;
    }
}
