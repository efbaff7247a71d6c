package conduit.config.flags;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.Inbound;
import conduit.config.Inquiry;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainFlagsTest {

    private static Inquiry asked(String... args) {
        return ((Invocation.Explain) CommandLineReader.read("Linux", args)).inquiry();
    }

    private static String mistake(String... args) {
        return ((Invocation.Mistake) CommandLineReader.read("Linux", args)).line();
    }

    @Test
    void needsNoMoreThanADestination() {
        Inquiry inquiry = asked("explain", "Example.com:443");
        assertThat(inquiry.destination()).hasToString("example.com:443");
        assertThat(inquiry.client()).isEqualTo(InetAddress.ofLiteral("127.0.0.1"));
        assertThat(inquiry.user()).isEmpty();
        assertThat(inquiry.inbound()).isEqualTo(Inbound.CONNECT);
        assertThat(inquiry.form()).isEqualTo(Inquiry.Form.TEXT);
    }

    @Test
    void takesWhoAsksAndTheFlagsOfTheProxy(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("c.toml"), "threads = 3\ndefault = 'deny'");
        Invocation.Explain explain =
                (Invocation.Explain)
                        CommandLineReader.read(
                                "Linux",
                                "explain",
                                "--from=2001:db8::7",
                                "--user=alice",
                                "--config=" + file,
                                "[2001:db8::1]:22",
                                "--inbound=transparent",
                                "--json",
                                "--dns-cache=7");
        assertThat(explain.configuration().relaying().threads()).isEqualTo(3);
        assertThat(explain.configuration().resolving().cacheEntries()).isEqualTo(7);
        Inquiry inquiry = explain.inquiry();
        assertThat(inquiry.client()).isEqualTo(InetAddress.ofLiteral("2001:db8::7"));
        assertThat(inquiry.user()).contains("alice");
        assertThat(inquiry.inbound()).isEqualTo(Inbound.TRANSPARENT);
        assertThat(inquiry.destination()).hasToString("[2001:db8::1]:22");
        assertThat(inquiry.form()).isEqualTo(Inquiry.Form.JSON);
    }

    @Test
    void takesMistakesForMistakes() {
        assertThat(mistake("explain"))
                .isEqualTo(
                        "conduit: host:port: no value was given: expected host:port, for example"
                                + " 192.0.2.7:3128");
        assertThat(mistake("explain", "a b"))
                .startsWith("conduit: host:port: 'a b' is not a host and port (");
        assertThat(mistake("explain", "a:1", "b:2")).startsWith("conduit: 'b:2': it belongs to no");
        assertThat(mistake("explain", "--from=me", "a:1"))
                .isEqualTo(
                        "conduit: --from: 'me' is not an address (it is no IP address):"
                                + " expected IP, for example 192.0.2.7");
        assertThat(mistake("explain", "--user=", "a:1")).contains("is not a user's name");
        assertThat(mistake("explain", "--inbound=http", "a:1"))
                .endsWith("expected connect, forward, socks5 or transparent");
        assertThat(mistake("explain", "--inbound=transparent", "a:1"))
                .startsWith("conduit: --inbound: 'a:1' names a host: expected an address");
        assertThat(mistake("explain", "--threads=0", "a:1")).startsWith("conduit: --threads");
        assertThat(CommandLineReader.read("Linux", "explain", "--help"))
                .isInstanceOf(Invocation.Print.class);
    }
}
