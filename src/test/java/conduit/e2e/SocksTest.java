package conduit.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Family;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Socks5;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SOCKS5 as RFC 1928 has it, in every rhythm, and what else turns up on its port. */
class SocksTest {

    private static final byte[] GREETING = Socks5.greeting(Socks5.NO_AUTHENTICATION);

    @AutoClose private static final TestProxy proxy = TestProxy.with();

    @Test
    void waitsForTheRestOfARequestThatComesByteByByte() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.SOCKS5.connect(proxy)) {
            for (byte next : Wiring.SOCKS5.request(origin.target())) {
                client.write(new byte[] {next});
            }
            client.write("hello");
            assertThat(origin.accept().readText(5)).isEqualTo("hello");
            Wiring.SOCKS5.expectAccepted(client);
        }
    }

    @Test
    void deliversAPayloadInTheSegmentOfTheRequest() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.SOCKS5.connect(proxy)) {
            client.write(GREETING);
            Socks5.expectNoAuthenticationChosen(client);
            client.write(Socks5.connect(origin.target()), "early".getBytes(US_ASCII));
            assertThat(origin.accept().readText(5)).isEqualTo("early");
            assertThat(Socks5.Reply.read(client).code()).isEqualTo(0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsItsOwnAddressTowardsTheOrigin(Family family) throws IOException {
        try (Origin origin = Origin.on(family);
                Peer client = Wiring.SOCKS5.connect(proxy)) {
            client.write(Wiring.SOCKS5.request(origin.target()));
            Socks5.expectNoAuthenticationChosen(client);
            assertThat(Socks5.Reply.read(client).bound()).isEqualTo(origin.accept().otherEnd());
        }
    }

    @Test
    void choosesNoAuthenticationAmongOthers() throws IOException {
        try (Peer client = Wiring.SOCKS5.connect(proxy)) {
            client.write(Socks5.greeting(2, 1, 0, 0x80));
            Socks5.expectNoAuthenticationChosen(client);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\1", "\2", "\1\2\u0080\u00fe"})
    void refusesOtherMethods(String methods) throws IOException {
        try (Peer client = Wiring.SOCKS5.connect(proxy)) {
            client.write(Socks5.greeting(methods.chars().toArray()));
            assertThat(client.read(2)).containsExactly(5, 0xff);
            client.expectEnd();
            expectRefusal(client, "no-acceptable-method");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Socks5.BIND, Socks5.UDP_ASSOCIATE, 0, 9})
    void refusesOtherCommands(int command) throws IOException {
        try (Origin origin = Origin.listen()) {
            byte[] request = Socks5.request(command, origin.target());
            expectReply(request, 7, "unsupported-command");
            origin.expectUntouched();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 5})
    void refusesOtherAddressTypes(int type) throws IOException {
        byte[] request = Socks5.request(Socks5.CONNECT, type, new byte[] {127, 0, 0, 1}, 80);
        expectReply(request, 8, "unsupported-address-type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "127.0.0.1\0",
                "local\0host",
                "\0",
                "local host",
                "localhost\r\n",
                "caf\u00e9"
            })
    void refusesNamesThatAreNone(String name) throws IOException {
        try (Origin origin = Origin.listen()) {
            int port = origin.target().port();
            byte[] request = Socks5.requestByName(Socks5.CONNECT, name, port);
            expectReply(request, 1, "malformed-request");
            origin.expectUntouched();
        }
    }

    @Test
    void refusesPortZero() throws IOException {
        byte[] request = Socks5.request(Socks5.CONNECT, 1, new byte[] {127, 0, 0, 1}, 0);
        expectReply(request, 1, "malformed-request");
    }

    private static void expectReply(byte[] request, int code, String refusal) throws IOException {
        try (Peer client = Wiring.SOCKS5.connect(proxy)) {
            client.write(GREETING, request, "and more".getBytes(US_ASCII));
            Socks5.expectNoAuthenticationChosen(client);
            assertThat(Socks5.Reply.read(client).code()).as("REP").isEqualTo(code);
            client.expectClosed();
            expectRefusal(client, refusal);
        }
    }

    private static void expectRefusal(Peer client, String refusal) {
        AccessLine line = proxy.accessLineOf(client);
        assertThat(line.refusal()).as("%s", line).isEqualTo(refusal);
        assertThat(line.inbound()).as("%s", line).isEqualTo("socks5");
    }

    @ParameterizedTest
    @CsvSource({"IPV4,127.0.0.1", "IPV6,::1"})
    void takesAnAddressWrittenAsAName(Family family, String name) throws IOException {
        try (Origin origin = Origin.on(family);
                Peer client = Wiring.SOCKS5.connect(proxy)) {
            int port = origin.target().port();
            client.write(GREETING, Socks5.requestByName(Socks5.CONNECT, name, port));
            Wiring.SOCKS5.expectAccepted(client);
            origin.accept();
        }
    }

    @ParameterizedTest
    @EnumSource
    void namesTheProtocolOfStrangers(Stranger stranger) throws IOException {
        try (Peer client = Wiring.SOCKS5.connect(proxy)) {
            client.write(stranger.bytes);
            client.readToClose();
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.refusal()).as("%s", line).isEqualTo("malformed-request");
            assertThat(line.inbound()).as("%s", line).isEqualTo("socks5");
            assertThat(line.detail().toLowerCase(Locale.ROOT))
                    .as("%s", line)
                    .contains(stranger.name().toLowerCase(Locale.ROOT));
        }
    }

    /** What other clients say first. */
    enum Stranger {
        SOCKS4("\4\1\0\120\177\0\0\1\0"),
        HTTP("GET http://127.0.0.1/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
        TLS("\u0016\3\1\2\0\1\0\1\u00fc\3\3" + "x".repeat(200));

        private final String bytes;

        Stranger(String bytes) {
            this.bytes = bytes;
        }
    }

    @Test
    void closesOnEverythingElse() throws IOException {
        try (Peer client = Wiring.SOCKS5.connect(proxy)) {
            client.write("\u00ff\u00ff\u00ff\u00ff");
            client.readToClose();
            expectRefusal(client, "malformed-request");
        }
    }
}
