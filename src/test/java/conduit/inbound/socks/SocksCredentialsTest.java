package conduit.inbound.socks;

import static conduit.inbound.socks.SocksBytes.behindJunk;
import static conduit.inbound.socks.SocksBytes.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.inbound.socks.SocksParser.Message;
import conduit.tunnel.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** User and password (RFC 1929), and the greeting where they are wanted. */
class SocksCredentialsTest {

    static Stream<byte[]> credentials() {
        byte[] longest = new byte[513];
        Arrays.fill(longest, (byte) 255);
        longest[0] = 1;
        return Stream.of(
                bytes(1, 1, 'a', 1, 'b'),
                bytes(1, 5, 'a', 'l', 'i', 'c', 'e', 2, 0, 0xff),
                bytes(1, 0, 0),
                longest);
    }

    @ParameterizedTest
    @MethodSource("credentials")
    void readsThemAndLeavesWhatFollows(byte[] credentials) {
        ByteBuf in = behindJunk(credentials, bytes(5, 1, 0));
        assertThat(SocksParser.credentials(in)).isInstanceOf(Message.Credentials.class);
        assertThat(ByteBufUtil.getBytes(in)).isEqualTo(bytes(5, 1, 0));
    }

    @ParameterizedTest
    @MethodSource("credentials")
    void awaitsTheRestOfOnesCutAnywhere(byte[] credentials) {
        for (int length = 0; length < credentials.length; length++) {
            ByteBuf in = behindJunk(Arrays.copyOf(credentials, length));
            assertThat(SocksParser.credentials(in)).isEqualTo(new Message.Incomplete());
            assertThat(in.readableBytes()).as("after %d bytes", length).isEqualTo(length);
        }
    }

    @Test
    void refusesAnotherVersionAtItsFirstByte() {
        for (int version : new int[] {0, 2, 5, 255}) {
            expectRefusal(
                    SocksParser.credentials(Unpooled.wrappedBuffer(bytes(version))),
                    Refusal.MALFORMED_REQUEST);
        }
    }

    @Test
    void wantsAGreetingThatOffersThem() {
        assertThat(greeting(5, 1, 2)).isEqualTo(new Message.Greeting());
        assertThat(greeting(5, 3, 0, 1, 2)).isEqualTo(new Message.Greeting());
        expectRefusal(greeting(5, 1, 0), Refusal.AUTHENTICATION_REQUIRED);
        expectRefusal(greeting(5, 0), Refusal.AUTHENTICATION_REQUIRED);
        // A 2 that is no method: it stands behind the list.
        expectRefusal(greeting(5, 1, 0, 2), Refusal.AUTHENTICATION_REQUIRED);
    }

    private static Message greeting(int... values) {
        return SocksParser.greeting(
                Unpooled.wrappedBuffer(bytes(values)), SocksParser.USER_AND_PASSWORD);
    }

    private static void expectRefusal(Message message, Refusal refusal) {
        assertThat(message).isInstanceOf(Message.Unacceptable.class);
        assertThat(((Message.Unacceptable) message).refused().refusal()).isEqualTo(refusal);
    }
}
