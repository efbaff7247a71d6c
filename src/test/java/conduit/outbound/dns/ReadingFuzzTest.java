package conduit.outbound.dns;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.inbound.Seed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseDecoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Responses that no server should send: each means something or nothing, and none throws. */
class ReadingFuzzTest {

    private static final int ROUNDS = 20_000;
    private static final InetSocketAddress ANYBODY = new InetSocketAddress(53);
    private static final DnsQuestion QUESTION =
            new DefaultDnsQuestion("www.test.", DnsRecordType.A);

    /** One question; a CNAME and an A record, with names compressed. */
    private static final byte[] RESPONSE =
            ("\0\1\u0081\u0080\0\1\0\2\0\0\0\0"
                            + "\3www\4test\0\0\1\0\1"
                            + "\u00c0\14\0\5\0\1\0\0\0\74\0\4\1a\u00c0\20"
                            + "\u00c0\46\0\1\0\1\0\0\0\74\0\4\u00c0\0\2\1")
                    .getBytes(ISO_8859_1);

    @Test
    void readsTheResponseThatTheOthersAreMadeOf() {
        assertThat(read(RESPONSE)).isInstanceOf(Reading.Addresses.class);
    }

    @Test
    void readsWhateverIsMadeOfAResponse() {
        Seed.rounds(
                ROUNDS,
                random -> {
                    byte[] response = RESPONSE.clone();
                    for (int changes = random.nextInt(1, 8); changes > 0; changes--) {
                        int at = random.nextInt(response.length);
                        response[at] = (byte) (random.nextBoolean() ? 0xc0 : random.nextInt(256));
                    }
                    int length =
                            random.nextInt(4) == 0
                                    ? random.nextInt(1, response.length)
                                    : response.length;
                    read(Arrays.copyOf(response, length));
                });
    }

    /** What the resolver would make of it; a response that cannot be decoded it passes over. */
    private static Reading read(byte[] bytes) {
        EmbeddedChannel channel = new EmbeddedChannel(new DatagramDnsResponseDecoder());
        ByteBuf content = Unpooled.wrappedBuffer(bytes);
        try {
            channel.writeInbound(new DatagramPacket(content, ANYBODY, ANYBODY));
            DatagramDnsResponse response = channel.readInbound();
            try {
                return Reading.of(QUESTION, response);
            } finally {
                response.release();
            }
        } catch (DecoderException e) {
            return new Reading.Unusable();
        } finally {
            channel.finishAndReleaseAll();
            assertThat(content.refCnt()).as("what refers to the response still").isZero();
        }
    }
}
