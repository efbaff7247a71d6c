package conduit.inbound.socks;

import static conduit.inbound.socks.SocksBytes.GREETING;
import static conduit.inbound.socks.SocksBytes.behindJunk;
import static conduit.inbound.socks.SocksBytes.bytes;
import static conduit.inbound.socks.SocksBytes.named;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Destination;
import conduit.address.IpLiteral;
import conduit.inbound.socks.SocksParser.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client may say, whole and in pieces; {@link SocksRefusalsTest} has what it may not. */
class SocksParserTest {

    private static final byte[] REQUEST = named("example.com", 443);

    static Stream<byte[]> greetings() {
        byte[] longest = new byte[2 + 255];
        Arrays.fill(longest, (byte) 2);
        longest[0] = 5;
        longest[1] = (byte) 255;
        longest[256] = 0;
        return Stream.of(
                GREETING,
                bytes(5, 2, 0, 2),
                bytes(5, 2, 2, 0),
                bytes(5, 2, 0, 0),
                bytes(5, 3, 0xff, 0, 0x80),
                longest);
    }

    static Stream<Arguments> requests() {
        String longest = ("a".repeat(63) + ".").repeat(3) + "a".repeat(61);
        return Stream.of(
                request(bytes(5, 1, 0, 1, 192, 0, 2, 1, 0x01, 0xbb), address("192.0.2.1", 443)),
                request(bytes(5, 1, 0, 1, 255, 255, 255, 255, 0, 1), address("255.255.255.255", 1)),
                request(
                        bytes(
                                5, 1, 0, 4, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
                                0, 80),
                        address("2001:db8::1", 80)),
                request(
                        bytes(
                                5, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1,
                                0xff, 0xff),
                        address("192.0.2.1", 65_535)),
                request(REQUEST, name("example.com", 443)),
                request(named("EXAMPLE.Com", 0x0102), name("example.com", 258)),
                request(named("a", 1), name("a", 1)),
                request(named("_srv.a-b.example", 80), name("_srv.a-b.example", 80)),
                request(named("example.com.", 80), name("example.com.", 80)),
                request(named("a".repeat(63), 80), name("a".repeat(63), 80)),
                request(named(longest, 80), name(longest, 80)),
                request(named(longest + ".", 80), name(longest + ".", 80)),
                request(named("192.0.2.1", 80), address("192.0.2.1", 80)),
                request(named("2001:db8::1", 80), address("2001:db8::1", 80)),
                request(named("::ffff:192.0.2.1", 80), address("192.0.2.1", 80)),
                request(named("::", 80), address("::", 80)));
    }

    private static Arguments request(byte[] bytes, Destination destination) {
        return Arguments.of(bytes, destination);
    }

    private static Destination name(String name, int port) {
        return new Destination.Name(name, port);
    }

    private static Destination address(String address, int port) {
        return new Destination.Address(IpLiteral.parse(address).orElseThrow(), port);
    }

    @ParameterizedTest
    @MethodSource("greetings")
    void takesAGreetingThatOffersToGoOnWithoutAuthentication(byte[] greeting) {
        ByteBuf in = Unpooled.wrappedBuffer(greeting);
        assertThat(SocksBytes.greeting(in)).isEqualTo(new Message.Greeting());
        assertThat(in.isReadable()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("requests")
    void readsTheDestinationOfARequest(byte[] request, Destination destination) {
        ByteBuf in = Unpooled.wrappedBuffer(request);
        assertThat(SocksParser.request(in)).isEqualTo(new Message.Connect(destination));
        assertThat(in.isReadable()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("greetings")
    void awaitsTheRestOfAGreetingCutAnywhere(byte[] greeting) {
        awaitsTheRest(greeting, SocksBytes::greeting);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void awaitsTheRestOfARequestCutAnywhere(byte[] request, Destination destination) {
        awaitsTheRest(request, SocksParser::request);
    }

    private static void awaitsTheRest(byte[] message, Function<ByteBuf, Message> parser) {
        for (int length = 0; length < message.length; length++) {
            ByteBuf in = behindJunk(Arrays.copyOf(message, length));
            int start = in.readerIndex();
            assertThat(parser.apply(in)).as("%d bytes", length).isEqualTo(new Message.Incomplete());
            assertThat(in.readerIndex()).as("after %d bytes", length).isEqualTo(start);
            assertThat(in.readableBytes()).as("after %d bytes", length).isEqualTo(length);
        }
    }

    @ParameterizedTest
    @MethodSource("requests")
    void readsARequestInTwoPiecesLikeOneInOne(byte[] request, Destination destination) {
        for (int split = 0; split < request.length; split++) {
            ByteBuf in = Unpooled.buffer().writeBytes(request, 0, split);
            assertThat(SocksParser.request(in)).isEqualTo(new Message.Incomplete());
            in.writeBytes(request, split, request.length - split);
            assertThat(SocksParser.request(in))
                    .as("split at %d", split)
                    .isEqualTo(new Message.Connect(destination));
        }
    }

    @ParameterizedTest
    @MethodSource("greetings")
    void leavesWhatFollowsAGreeting(byte[] greeting) {
        ByteBuf in = behindJunk(greeting, REQUEST);
        assertThat(SocksBytes.greeting(in)).isEqualTo(new Message.Greeting());
        assertThat(ByteBufUtil.getBytes(in)).isEqualTo(REQUEST);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void leavesWhatFollowsARequest(byte[] request, Destination destination) {
        byte[] payload = bytes(5, 1, 0, 0x16, 3, 1);
        ByteBuf in = behindJunk(request, payload);
        assertThat(SocksParser.request(in)).isEqualTo(new Message.Connect(destination));
        assertThat(ByteBufUtil.getBytes(in)).isEqualTo(payload);
    }

    @Test
    void readsGreetingRequestAndPayloadInOneSegmentOrAnyTwo() {
        byte[] payload = bytes(0x16, 3, 1, 5, 1, 0);
        byte[] all = ByteBufUtil.getBytes(Unpooled.wrappedBuffer(GREETING, REQUEST, payload));
        for (int split = 0; split <= all.length; split++) {
            ByteBuf in = Unpooled.buffer();
            List<Message> read = new ArrayList<>();
            for (byte[] piece :
                    List.of(
                            Arrays.copyOf(all, split),
                            Arrays.copyOfRange(all, split, all.length))) {
                in.writeBytes(piece);
                readOn(in, read);
            }
            assertThat(read)
                    .as("split at %d", split)
                    .containsExactly(
                            new Message.Greeting(), new Message.Connect(name("example.com", 443)));
            assertThat(ByteBufUtil.getBytes(in)).as("split at %d", split).isEqualTo(payload);
        }
    }

    @Test
    void readsGreetingAndRequestByteByByte() {
        ByteBuf in = Unpooled.buffer();
        List<Message> read = new ArrayList<>();
        for (byte b : ByteBufUtil.getBytes(Unpooled.wrappedBuffer(GREETING, REQUEST))) {
            in.writeByte(b);
            readOn(in, read);
        }
        assertThat(read)
                .containsExactly(
                        new Message.Greeting(), new Message.Connect(name("example.com", 443)));
        assertThat(in.isReadable()).isFalse();
    }

    /** As a connection does: the greeting, then the request, then nothing more. */
    private static void readOn(ByteBuf in, List<Message> read) {
        while (read.size() < 2) {
            Message message = read.isEmpty() ? SocksBytes.greeting(in) : SocksParser.request(in);
            if (message.equals(new Message.Incomplete())) {
                return;
            }
            read.add(message);
        }
    }

    @Test
    void doesNotMindTheReservedByte() {
        byte[] request = REQUEST.clone();
        request[2] = (byte) 0xff;
        assertThat(SocksParser.request(Unpooled.wrappedBuffer(request)))
                .isEqualTo(new Message.Connect(name("example.com", 443)));
    }
}
