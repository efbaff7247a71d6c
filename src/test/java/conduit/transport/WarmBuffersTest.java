package conduit.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.FastThreadLocal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WarmBuffersTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void use() {
        WarmBuffers.readInto(channel);
    }

    @AfterEach
    void endOfThread() {
        channel.close();
        FastThreadLocal.removeAll();
    }

    private ByteBuf read(int capacity) {
        return alloc().ioBuffer(capacity).writeInt(capacity);
    }

    private ByteBufAllocator alloc() {
        return channel.alloc();
    }

    @Test
    void readsIntoTheSameMemoryAgain() {
        ByteBuf first = read(WarmBuffers.MOST_ASKED);
        long address = first.memoryAddress();
        first.release();
        ByteBuf second = read(WarmBuffers.LARGE);
        assertThat(second.memoryAddress()).isEqualTo(address);
        assertThat(second.readableBytes()).isEqualTo(Integer.BYTES);
        assertThat(second.readerIndex()).isZero();
        second.release();
    }

    @Test
    void leavesAloneWhatIsStillHeld() {
        ByteBuf held = read(WarmBuffers.MOST_ASKED);
        ByteBuf slice = held.readRetainedSlice(Integer.BYTES);
        held.release();
        ByteBuf next = read(WarmBuffers.LARGE);
        ByteBuf nextButOne = read(WarmBuffers.LARGE);
        assertThat(slice.readInt()).isEqualTo(WarmBuffers.MOST_ASKED);
        assertThat(next.memoryAddress()).isNotEqualTo(nextButOne.memoryAddress());
        slice.release();
        assertThat(slice.refCnt()).isZero();
        next.release();
        nextButOne.release();
    }

    @Test
    void isWarmAgainAfterSomethingWasHeld() {
        ByteBuf held = read(WarmBuffers.MOST_ASKED);
        ByteBuf next = read(WarmBuffers.MOST_ASKED);
        long address = next.memoryAddress();
        next.release();
        ByteBuf third = read(WarmBuffers.MOST_ASKED);
        assertThat(third.memoryAddress()).isEqualTo(address);
        third.release();
        held.release();
    }

    /** A client that sends the beginning of a head and no more pins what it was given. */
    @Test
    void hasNothingLargeForSmallReads() {
        ByteBuf small = read(2048);
        assertThat(small.capacity()).isLessThan(WarmBuffers.LARGE);
        ByteBuf large = read(WarmBuffers.MOST_ASKED);
        assertThat(large.memoryAddress()).isNotEqualTo(small.memoryAddress());
        large.release();
        small.release();
    }

    @Test
    void hasRoomForAHeadBesideTheLargestBody() {
        ByteBuf large = alloc().ioBuffer(WarmBuffers.MOST_ASKED);
        assertThat(large.writableBytes()).isGreaterThan(WarmBuffers.MOST_ASKED + 4 * 1024);
        large.release();
    }
}
