package conduit.transport;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * Gives the large reads of an event loop the same memory again and again, as long as what one has
 * brought is written on before the next, which it nearly always is. That memory is in the
 * processor's caches; memory that was not used lately is not, and copying through it costs twice as
 * much (decision 0023). Small reads, and whatever else needs memory, get it from Netty's own
 * allocator: a piece of a head that waits for the rest must not hold a large buffer. Each belongs
 * to its loop.
 */
public final class WarmBuffers extends AbstractByteBufAllocator {

    /** The most that Netty asks for. */
    static final int MOST_ASKED = 64 * 1024;

    /**
     * What it gets, and fills: a head fits in beside a body of so many bytes, and both are one read
     * and one write.
     */
    private static final int CAPACITY = MOST_ASKED + 8 * 1024;

    /** Netty learns how much each connection brings, and asks for so much the next time. */
    static final int LARGE = 16 * 1024;

    private static final FastThreadLocal<WarmBuffers> OF_LOOP =
            new FastThreadLocal<>() {
                @Override
                protected WarmBuffers initialValue() {
                    return new WarmBuffers();
                }

                @Override
                protected void onRemoval(WarmBuffers value) {
                    value.warm.release();
                }
            };

    private ByteBuf warm = ByteBufAllocator.DEFAULT.directBuffer(CAPACITY, CAPACITY);

    private WarmBuffers() {
        super(true);
    }

    /** From now on this channel, whose loop must be the thread that calls, reads into them. */
    public static void readInto(Channel channel) {
        channel.config().setAllocator(OF_LOOP.get());
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return ByteBufAllocator.DEFAULT.heapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        if (initialCapacity < LARGE || initialCapacity > MOST_ASKED) {
            return ByteBufAllocator.DEFAULT.directBuffer(initialCapacity, maxCapacity);
        }
        if (warm.refCnt() > 1) {
            // Somebody still holds what was read last, and is its only owner from here on.
            warm.release();
            warm = ByteBufAllocator.DEFAULT.directBuffer(CAPACITY, CAPACITY);
        }
        return warm.clear().retainedDuplicate();
    }

    @Override
    public boolean isDirectBufferPooled() {
        return true;
    }
}
