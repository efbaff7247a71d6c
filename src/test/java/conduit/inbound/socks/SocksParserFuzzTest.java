package conduit.inbound.socks;

import static conduit.inbound.socks.SocksBytes.bytes;
import static conduit.inbound.socks.SocksBytes.named;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Destination;
import conduit.address.IpLiteral;
import conduit.inbound.Seed;
import conduit.inbound.socks.SocksParser.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Bytes that nobody thought of. */
class SocksParserFuzzTest {

    private static final int ROUNDS = 20_000;

    @Test
    void judgesRandomGreetingsAtTheirFirstSufficientByte() {
        Seed.rounds(ROUNDS, random -> judgesOnce(randomMessage(random), SocksBytes::greeting));
    }

    @Test
    void judgesRandomRequestsAtTheirFirstSufficientByte() {
        Seed.rounds(ROUNDS, random -> judgesOnce(randomMessage(random), SocksParser::request));
    }

    /**
     * Finds the shortest beginning that is not incomplete; all of the bytes must then mean the
     * same, and leave what is behind that beginning. The buffers end where their bytes do, so that
     * reading on throws.
     */
    private static void judgesOnce(byte[] all, Function<ByteBuf, Message> parser) {
        for (int length = 0; length <= all.length; length++) {
            ByteBuf in = Unpooled.wrappedBuffer(Arrays.copyOf(all, length));
            Message message = parser.apply(in);
            if (message.equals(new Message.Incomplete())) {
                assertThat(in.readerIndex()).isZero();
                continue;
            }
            ByteBuf whole = Unpooled.wrappedBuffer(all);
            assertThat(parser.apply(whole)).as(ByteBufUtil.hexDump(all)).isEqualTo(message);
            assertThat(whole.readerIndex()).isEqualTo(in.readerIndex()).isIn(0, length);
            return;
        }
    }

    /** Mostly not refused at its first bytes: random alone would never come further. */
    private static byte[] randomMessage(Random random) {
        byte[] message = new byte[random.nextInt(300)];
        random.nextBytes(message);
        byte[] likely = bytes(5, random.nextInt(4), random.nextInt(3), random.nextInt(6));
        for (int i = 0; i < Math.min(likely.length, message.length); i++) {
            message[i] = random.nextInt(10) == 0 ? message[i] : likely[i];
        }
        return message;
    }

    @Test
    void readsBackWhateverAClientMayAskFor() {
        Seed.rounds(
                ROUNDS,
                random -> {
                    int port = 1 + random.nextInt(65_535);
                    byte[] payload = new byte[random.nextInt(20)];
                    random.nextBytes(payload);
                    Asking asking = randomAsking(random, port);
                    ByteBuf in =
                            Unpooled.wrappedBuffer(
                                    asking.request(), Unpooled.wrappedBuffer(payload));
                    assertThat(SocksParser.request(in))
                            .isEqualTo(new Message.Connect(asking.destination()));
                    assertThat(ByteBufUtil.getBytes(in)).isEqualTo(payload);
                });
    }

    private record Asking(ByteBuf request, Destination destination) {}

    private static Asking randomAsking(Random random, int port) {
        return switch (random.nextInt(3)) {
            case 0 -> ofAddress(random, 1, new byte[4], port);
            case 1 -> ofAddress(random, 4, new byte[16], port);
            default -> {
                String name = randomName(random);
                yield new Asking(
                        Unpooled.wrappedBuffer(named(name, port)),
                        new Destination.Name(name, port));
            }
        };
    }

    private static Asking ofAddress(Random random, int type, byte[] address, int port) {
        random.nextBytes(address);
        byte[] head = bytes(5, 1, 0, type);
        return new Asking(
                Unpooled.buffer().writeBytes(head).writeBytes(address).writeShort(port),
                new Destination.Address(IpLiteral.ofBytes(address), port));
    }

    /** Every label begins with a letter, so that it never is an address or like one. */
    private static String randomName(Random random) {
        String characters = "abcdefghijklmnopqrstuvwxyz0123456789-_";
        StringBuilder name = new StringBuilder();
        int labels = 1 + random.nextInt(4);
        for (int label = 0; label < labels; label++) {
            name.append(label == 0 ? "n" : ".n");
            random.ints(1 + random.nextInt(60), 0, characters.length())
                    .forEach(at -> name.append(characters.charAt(at)));
        }
        return name.toString();
    }
}
