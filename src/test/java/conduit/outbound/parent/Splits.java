package conduit.outbound.parent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;

/** Gives bytes to a parser in every way in which a network may cut them. */
final class Splits {

    /** What a parser made of all its bytes, and what it left of them, a character for each. */
    record Read<T>(T verdict, String left) {}

    private Splits() {}

    /**
     * The verdict on the bytes, which must be the same however they come: at once, in two pieces
     * cut anywhere, or one by one. A beginning that means nothing yet consumes nothing.
     *
     * @param parsers a new parser each time, since one may remember how far it has looked
     */
    static <T> Read<T> read(byte[] all, T incomplete, Supplier<Function<ByteBuf, T>> parsers) {
        Read<T> atOnce = inPieces(all, incomplete, parsers.get(), all.length);
        for (int cut = 0; cut < all.length; cut++) {
            Read<T> inTwo = inPieces(all, incomplete, parsers.get(), cut, all.length);
            assertSame(atOnce, inTwo, "cut at " + cut, all);
        }
        int[] everywhere = new int[all.length + 1];
        Arrays.setAll(everywhere, i -> i);
        Read<T> byteByByte = inPieces(all, incomplete, parsers.get(), everywhere);
        assertSame(atOnce, byteByByte, "byte by byte", all);
        return atOnce;
    }

    /** Lets the parser see as much as each of the ends tells, until it has made up its mind. */
    private static <T> Read<T> inPieces(
            byte[] all, T incomplete, Function<ByteBuf, T> parser, int... ends) {
        // Not at index 0, so that who counts from there is found out.
        ByteBuf in = Unpooled.buffer().writeZero(3).skipBytes(3);
        T verdict = incomplete;
        for (int end : ends) {
            int start = in.readerIndex();
            in.writeBytes(all, in.writerIndex() - 3, end - (in.writerIndex() - 3));
            verdict = parser.apply(in);
            if (!verdict.equals(incomplete)) {
                in.writeBytes(all, end, all.length - end);
                break;
            }
            assertThat(in.readerIndex()).as("consumed while incomplete").isEqualTo(start);
        }
        return new Read<>(verdict, in.toString(ISO_8859_1));
    }

    private static <T> void assertSame(Read<T> expected, Read<T> read, String how, byte[] all) {
        String what = how + ": " + ByteBufUtil.hexDump(all);
        assertThat(read).as(what).isEqualTo(expected);
    }
}
