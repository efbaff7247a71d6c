package conduit.inbound.socks;

import static conduit.inbound.socks.SocksBytes.GREETING;
import static conduit.inbound.socks.SocksBytes.behindJunk;
import static conduit.inbound.socks.SocksBytes.bytes;
import static conduit.inbound.socks.SocksBytes.named;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.inbound.socks.SocksParser.Message;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client may not say, and what it is told. */
class SocksRefusalsTest {

    private static final String NO_METHOD =
            "the client does not offer to go on without authentication";
    private static final String NOT_A_HOST = "the host is neither a name nor an address";

    @ParameterizedTest
    @CsvSource({
        "0x04, it looks like SOCKS4",
        "0x16, it looks like TLS",
        "0x47, it looks like an HTTP request",
        "0x43, it looks like an HTTP request",
        "0x00, its first byte is 0x00",
        "0x06, its first byte is 0x06",
        "0x67, its first byte is 0x67",
        "0xff, its first byte is 0xff",
    })
    void saysWhatAnotherProtocolLooksLike(String first, String looks) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes(Integer.decode(first)));
        assertThat(SocksParser.greeting(in))
                .isEqualTo(refused(Refusal.MALFORMED_REQUEST, "not SOCKS5: " + looks));
    }

    @Test
    void refusesEveryOtherVersionAtItsFirstByteInBothMessages() {
        IntStream.range(0, 256)
                .filter(version -> version != 5)
                .forEach(version -> {
                    byte[] first = bytes(version);
                    assertThat(SocksParser.greeting(Unpooled.wrappedBuffer(first)))
                            .isInstanceOf(Message.Unacceptable.class);
                    assertThat(SocksParser.request(Unpooled.wrappedBuffer(first)))
                            .isEqualTo(
                                    refused(
                                            Refusal.MALFORMED_REQUEST,
                                            "the request is not of version 5"));
                });
    }

    static Stream<byte[]> greetingsWithoutNoAuthentication() {
        byte[] longest = new byte[2 + 255];
        Arrays.fill(longest, (byte) 2);
        longest[0] = 5;
        longest[1] = (byte) 255;
        return Stream.of(
                bytes(5, 0), bytes(5, 1, 2), bytes(5, 2, 1, 2), bytes(5, 1, 0xff), longest);
    }

    @ParameterizedTest
    @MethodSource("greetingsWithoutNoAuthentication")
    void refusesAGreetingThatDoesNotOfferToGoOnWithoutAuthentication(byte[] greeting) {
        // The 0 behind it is the next message's, and no method.
        ByteBuf in = behindJunk(greeting, bytes(0));
        assertThat(SocksParser.greeting(in))
                .isEqualTo(refused(Refusal.NO_ACCEPTABLE_METHOD, NO_METHOD));
        assertThat(ByteBufUtil.getBytes(in)).isEqualTo(bytes(0));
    }

    @ParameterizedTest
    @CsvSource({"2, BIND", "3, UDP ASSOCIATE", "0, command 0", "4, command 4", "255, command 255"})
    void refusesEveryCommandButConnect(int command, String words) {
        byte[] request = named("example.com", 443);
        request[1] = (byte) command;
        assertRefused(request, Refusal.UNSUPPORTED_COMMAND, words);
    }

    @Test
    void namesTheCommandEvenWhereItsAddressMeansNothing() {
        // Clients ask for UDP ASSOCIATE with an address of zeros (RFC 1928, section 4).
        assertRefused(
                bytes(5, 3, 0, 1, 0, 0, 0, 0, 0, 0), Refusal.UNSUPPORTED_COMMAND, "UDP ASSOCIATE");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 5, 0x7f, 0x80, 0xff})
    void refusesAnAddressTypeThatDoesNotExistWithoutWaitingForTheAddress(int type) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes(5, 1, 0, type, 1));
        assertThat(SocksParser.request(in))
                .isEqualTo(refused(Refusal.UNSUPPORTED_ADDRESS_TYPE, "address type " + type));
    }

    /**
     * Which address the numbers are depends on who reads them, and what script the bytes of a name
     * are in nothing says.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0x7f.1",
                "2130706433",
                "017700000001",
                "127.1",
                "127.0.0.1.",
                "[::1]",
                "fe80::1%eth0",
                "b\u00fccher.example",
                "b\u00c3\u00bccher.example",
            })
    void refusesANameThatCouldMeanTwoThings(String name) {
        assertRefused(
                named(name, 80),
                Refusal.MALFORMED_REQUEST,
                "the host is neither a name nor an address");
    }

    static Stream<byte[]> requestsForPort0() {
        return Stream.of(
                bytes(5, 1, 0, 1, 192, 0, 2, 1, 0, 0),
                bytes(5, 1, 0, 4, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0),
                named("example.com", 0),
                named("192.0.2.1", 0));
    }

    @ParameterizedTest
    @MethodSource("requestsForPort0")
    void refusesPort0(byte[] request) {
        assertRefused(request, Refusal.MALFORMED_REQUEST, "the port must be 1 to 65535");
    }

    static Stream<Arguments> namesThatAreNone() {
        String longest = ("a".repeat(63) + ".").repeat(3) + "a".repeat(61);
        return Stream.of(
                        "",
                        ".",
                        "..",
                        ".a",
                        "a..b",
                        "a..",
                        " ",
                        "a b",
                        "a ",
                        "\0",
                        "example.com\0",
                        "a\0b",
                        "a\nb",
                        "b\u00fccher",
                        "\u00ff",
                        "\u0080",
                        "a:80",
                        "[::1]",
                        "fe80::1%eth0",
                        "user@example",
                        "a/b",
                        "a".repeat(64),
                        "a." + "b".repeat(64) + ".c",
                        longest + "a",
                        longest + "a.",
                        (longest + "aaa").substring(1),
                        "a".repeat(255),
                        ("a".repeat(62) + ".").repeat(4) + "aaa")
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("namesThatAreNone")
    void refusesWhatIsNoName(String name) {
        assertRefused(named(name, 80), Refusal.MALFORMED_REQUEST, NOT_A_HOST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[192.0.2.1]", "192.0.2.1:80", "::192.0.2.256", "1::2::3", ":::", "g::1"})
    void refusesWhatOnlyResemblesAnAddress(String text) {
        assertRefused(named(text, 80), Refusal.MALFORMED_REQUEST, NOT_A_HOST);
    }

    @Test
    void refusesEveryByteThatNoNameHolds() {
        String allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
        for (char c = 0; c < 256; c++) {
            Message message = SocksParser.request(Unpooled.wrappedBuffer(named("a" + c + "b", 80)));
            assertThat(message instanceof Message.Connect)
                    .as("byte %d", (int) c)
                    .isEqualTo(allowed.indexOf(c) >= 0);
        }
    }

    @Test
    void refusesAGreetingSentTwice() {
        ByteBuf in = Unpooled.wrappedBuffer(GREETING, GREETING, named("example.com", 80));
        assertThat(SocksParser.greeting(in)).isEqualTo(new Message.Greeting());
        // 05 01 00 05: CONNECT to an address of type 5.
        assertThat(SocksParser.request(in))
                .isEqualTo(refused(Refusal.UNSUPPORTED_ADDRESS_TYPE, "address type 5"));
    }

    /** With all of the message there, and no byte earlier; what follows is left alone. */
    private static void assertRefused(byte[] request, Refusal refusal, String detail) {
        for (int length = 0; length < request.length; length++) {
            ByteBuf in = behindJunk(Arrays.copyOf(request, length));
            assertThat(SocksParser.request(in)).isEqualTo(new Message.Incomplete());
            assertThat(in.readableBytes()).isEqualTo(length);
        }
        byte[] payload = bytes(1, 2, 3);
        ByteBuf in = behindJunk(request, payload);
        assertThat(SocksParser.request(in)).isEqualTo(refused(refusal, detail));
        assertThat(ByteBufUtil.getBytes(in)).isEqualTo(payload);
    }

    private static Message refused(Refusal refusal, String detail) {
        return new Message.Unacceptable(Refused.of(refusal, detail));
    }
}
