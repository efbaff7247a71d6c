package conduit.bench.load;

import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * The bytes of a bulk stream: each tells its offset modulo a prime, so that a lost, doubled or
 * swapped piece shows wherever a read ends.
 */
final class Pattern {

    /** A prime near 256: no power of two of bytes can be lost unnoticed. */
    private static final int PERIOD = 251;

    /** As much as is written at once; within the second-level cache. */
    private static final int BLOCK = 256 * 1024;

    private static final ByteBuffer BYTES = bytes();

    private Pattern() {}

    private static ByteBuffer bytes() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(BLOCK + PERIOD);
        for (int i = 0; i < bytes.capacity(); i++) {
            bytes.put(i, at(i));
        }
        return bytes;
    }

    private static byte at(long offset) {
        return (byte) (offset % PERIOD);
    }

    /** A block of the stream from an offset on; shared, to be written at once. */
    static ByteBuffer from(long offset) {
        int start = (int) (offset % PERIOD);
        return BYTES.limit(start + BLOCK).position(start);
    }

    /** A buffer to read the stream into. */
    static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(BLOCK);
    }

    /** Checks the ends of what was read into the buffer's start. */
    static void check(ByteBuffer read, long offset) throws ProtocolException {
        int length = read.position();
        if (read.get(0) != at(offset) || read.get(length - 1) != at(offset + length - 1)) {
            throw new ProtocolException("wrong bytes in the stream near offset " + offset);
        }
    }
}
