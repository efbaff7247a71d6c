package conduit.outbound.parent;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.inbound.Seed;
import conduit.outbound.parent.SocksReplies.Reply;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocksRepliesTest {

    private static final int ROUNDS = 3_000;

    private static final List<Function<ByteBuf, Reply>> PARSERS =
            List.of(SocksReplies::method, SocksReplies::password, SocksReplies::connection);

    @Test
    void readsTheChoiceOfAMethod() {
        assertThat(read(SocksReplies::method, 1, 5, 0, 9)).isEqualTo(new Reply.Welcome());
        assertThat(read(SocksReplies::method, 1, 5, 2, 9)).isEqualTo(new Reply.PasswordWanted());
        assertThat(read(SocksReplies::method, 1, 5, 0xff, 9)).isEqualTo(new Reply.NoMethod());
        assertThat(why(SocksReplies::method, 5, 1))
                .isEqualTo("chooses method 1, which it was not offered");
        assertThat(why(SocksReplies::method, 'H'))
                .isEqualTo("does not speak SOCKS5: its answer begins with 0x48");
    }

    @Test
    void readsWhatBecomesOfUserAndPassword() {
        assertThat(read(SocksReplies::password, 1, 1, 0, 9)).isEqualTo(new Reply.Welcome());
        assertThat(read(SocksReplies::password, 0, 1, 1)).isEqualTo(new Reply.PasswordRefused());
        assertThat(read(SocksReplies::password, 0, 1, 0xff)).isEqualTo(new Reply.PasswordRefused());
        assertThat(why(SocksReplies::password, 5))
                .isEqualTo("answers user and password in a version other than 1");
    }

    @Test
    void findsTheEndOfAReplyWhateverKindItsAddressIs() {
        Reply connected = new Reply.Connected();

        assertThat(read(SocksReplies::connection, 2, 5, 0, 0, 1, 1, 2, 3, 4, 0, 80, 'S', 'S'))
                .isEqualTo(connected);
        assertThat(read(SocksReplies::connection, 1, 5, 0, 0, 3, 3, 'a', '.', 'b', 0, 80, 'S'))
                .isEqualTo(connected);
        assertThat(read(SocksReplies::connection, 1, 5, 0, 0, 3, 0, 0, 80, 'S'))
                .isEqualTo(connected);
        int[] six = {5, 0, 7, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 0, 80, 'S'};
        assertThat(read(SocksReplies::connection, 1, six)).isEqualTo(connected);
        int[] longest = new int[5 + 255 + 2 + 1];
        longest[0] = 5;
        longest[3] = 3;
        longest[4] = 255;
        assertThat(read(SocksReplies::connection, 1, longest)).isEqualTo(connected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 255})
    void takesARefusalAtItsSecondByte(int code) {
        assertThat(read(SocksReplies::connection, 0, 5, code)).isEqualTo(new Reply.Declined(code));
    }

    @Test
    void doesNotGuessWhereTheTunnelBegins() {
        assertThat(why(SocksReplies::connection, 5, 0, 0, 0))
                .isEqualTo("replies with an address of type 0");
        assertThat(why(SocksReplies::connection, 4, 90))
                .isEqualTo("does not speak SOCKS5: its answer begins with 0x04");
    }

    @Test
    void waitsForWholeMessages() {
        Reply incomplete = new Reply.Incomplete();

        PARSERS.forEach(parser -> assertThat(read(parser, 0)).isEqualTo(incomplete));
        assertThat(read(SocksReplies::method, 1, 5)).isEqualTo(incomplete);
        assertThat(read(SocksReplies::password, 1, 1)).isEqualTo(incomplete);
        assertThat(read(SocksReplies::connection, 9, 5, 0, 0, 1, 1, 2, 3, 4, 0))
                .isEqualTo(incomplete);
        assertThat(read(SocksReplies::connection, 7, 5, 0, 0, 3, 1, 'a', 0)).isEqualTo(incomplete);
    }

    @Test
    void judgesRandomRepliesTheSameInAllPieces() {
        Seed.rounds(
                ROUNDS,
                random -> {
                    byte[] message = randomMessage(random);
                    for (Function<ByteBuf, Reply> parser : PARSERS) {
                        Splits.read(message, (Reply) new Reply.Incomplete(), () -> parser);
                    }
                });
    }

    /** Mostly not refused at its first bytes: random alone would never come further. */
    private static byte[] randomMessage(Random random) {
        byte[] message = new byte[random.nextInt(40)];
        random.nextBytes(message);
        int[] likely = {random.nextBoolean() ? 5 : 1, random.nextInt(3), 0, random.nextInt(6), 5};
        for (int i = 0; i < Math.min(likely.length, message.length); i++) {
            message[i] = random.nextInt(10) == 0 ? message[i] : (byte) likely[i];
        }
        return message;
    }

    /** The reply that these bytes are, of which so many must be left. */
    private static Reply read(Function<ByteBuf, Reply> parser, int left, int... bytes) {
        Splits.Read<Reply> read = Splits.read(bytes(bytes), new Reply.Incomplete(), () -> parser);
        assertThat(read.left()).hasSize(left);
        return read.verdict();
    }

    private static String why(Function<ByteBuf, Reply> parser, int... bytes) {
        Reply reply =
                Splits.read(bytes(bytes), (Reply) new Reply.Incomplete(), () -> parser).verdict();
        return ((Reply.Unusable) reply).why();
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
