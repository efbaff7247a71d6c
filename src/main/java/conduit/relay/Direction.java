package conduit.relay;

import conduit.config.RelayMode;
import conduit.linux.Kernel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a tunnel: moves bytes from one end to the other, oldest first, as long as one
 * has some and the other takes some. While it copies, bytes pass through the loop's buffer; while
 * it splices, through a pipe, and never through user space. Lives on the event loop of both ends.
 *
 * <p>Invariants: nothing is read while anything is held, so at most one read or one pipe is; and a
 * pipe is filled only when it is empty, so that EAGAIN from the socket means that the socket is
 * empty and not that the pipe is full (a full pipe taken for an empty socket would hang for ever,
 * since the event does not come again). And once the relay has ended, nothing is held and no
 * descriptor is touched: its number may belong to another connection by then.
 */
final class Direction {

    /** So much, and then the others have a turn. */
    private static final long BUDGET = 1024 * 1024;

    /** What splices bring less than is cheaper to copy. */
    private static final long WORTH_SPLICING = 4 * 1024;

    private final RelayLoop loop;
    private final KernelRelay relay;
    private final KernelEnd from;
    private final KernelEnd to;
    private final RelayMode mode;

    /** Null when there is no limit, which costs nothing then. */
    private final @Nullable Turns turns;

    private final Queue<ByteBuf> kept = new ArrayDeque<>(1);
    private Pipes.@Nullable Pipe pipe;
    private boolean splicing;
    private boolean waitingForItsTurn;
    private boolean ended;
    private long moved;
    private long discarded;

    Direction(
            RelayLoop loop,
            KernelRelay relay,
            KernelEnd from,
            KernelEnd to,
            RelayMode mode,
            Allowance allowance) {
        this.loop = loop;
        this.relay = relay;
        this.from = from;
        this.to = to;
        this.mode = mode;
        this.splicing = mode == RelayMode.SPLICE;
        this.turns = allowance.isFree() ? null : new Turns(loop, this, allowance);
    }

    /** Takes over what came behind the handshake: the first bytes to move. */
    void begin(Queue<ByteBuf> prefix) {
        long bytes = 0;
        for (ByteBuf first = prefix.poll(); first != null; first = prefix.poll()) {
            bytes += first.readableBytes();
            // The kernel takes an address, which only direct memory in one piece has.
            kept.add(first.isDirect() && first.nioBufferCount() == 1 ? first : direct(first));
        }
        waitingForItsTurn = turns != null && turns.awaitFor(bytes);
    }

    private static ByteBuf direct(ByteBuf other) {
        ByteBuf own = PooledByteBufAllocator.DEFAULT.directBuffer(other.readableBytes());
        own.writeBytes(other);
        other.release();
        return own;
    }

    /** Bytes handed to the target's socket. */
    long moved() {
        return moved;
    }

    /** Whether the end of the stream has been passed on. */
    boolean ended() {
        return ended;
    }

    /** Moves what can be moved now, at most a budget's worth. */
    void pump() {
        if (waitingForItsTurn) {
            return;
        }
        long before = moved;
        long budgetEnd = before + BUDGET;
        // Delivering may find the end of the relay; by then its descriptors may be someone else's.
        while (!ended && deliverWhatIsHeld() && !relay.ended()) {
            if (to.outputBroken) {
                discard();
                break;
            } else if (from.inputEnded) {
                passTheEndOn();
            } else if (!from.readable) {
                break;
            } else if (moved >= budgetEnd) {
                waitingForItsTurn = true;
                loop.goOnLater(this);
                break;
            } else if (turns != null && !turns.mayMove(from)) {
                waitingForItsTurn = turns.areAwaited();
                break;
            } else if (splicing) {
                splice();
            } else {
                copy();
            }
        }
        if (moved > before) {
            relay.bytesMoved();
        }
        if (pipe != null && pipe.held == 0) {
            loop.pipes.giveBack(pipe);
            pipe = null;
        }
    }

    /** After the others had their turn, or when its own has come. */
    void goOn() {
        waitingForItsTurn = false;
        relay.pump(this);
    }

    /** Whether nothing is held any longer. */
    private boolean deliverWhatIsHeld() {
        if (!to.writable && (pipe != null || !kept.isEmpty())) {
            return false;
        }
        for (ByteBuf first = kept.peek(); first != null; first = kept.peek()) {
            long written = loop.kernel.write(to.descriptor(), first.nioBuffer());
            if (!took(written)) {
                return to.outputBroken;
            }
            first.skipBytes((int) written);
            if (!first.isReadable()) {
                kept.remove().release();
            }
        }
        while (pipe != null && pipe.held > 0) {
            long written = loop.kernel.splice(pipe.reading, to.descriptor(), pipe.held);
            if (!took(written)) {
                return to.outputBroken;
            }
            if (written == 0) {
                throw new IllegalStateException("a pipe holds less than was put into it");
            }
            pipe.held -= written;
        }
        return true;
    }

    /** Nobody takes it any longer, but the source may read what it is owed only after writing. */
    private void discard() {
        while (from.readable && !from.inputEnded) {
            long read = loop.kernel.read(from.descriptor());
            discarded += Math.max(read, 0);
            if (discarded > Relay.MOST_DISCARDED || (read < 0 && read != Kernel.WOULD_BLOCK)) {
                relay.broke(to);
                return;
            }
            from.readable = read > 0;
            from.inputEnded = read == 0;
        }
    }

    private void copy() {
        long most = turns == null ? Kernel.BUFFER : turns.most(Kernel.BUFFER);
        long read = loop.kernel.read(from.descriptor(), most);
        if (!gave(read)) {
            return;
        }
        if (read == Kernel.BUFFER) {
            splicing = mode != RelayMode.COPY;
        } else if (read < most && !from.hungUp && !from.urgent) {
            // A short read has emptied the socket (epoll(7), question 9); what comes next is a new
            // event. Not so an end of stream that was already behind these bytes, nor urgent data.
            from.readable = false;
        }
        long written = loop.kernel.write(to.descriptor(), read);
        long done = took(written) ? written : 0;
        if (done < read && !to.outputBroken) {
            keep(loop.kernel.contents(done, read - done));
        }
    }

    private void keep(ByteBuffer rest) {
        ByteBuf own = PooledByteBufAllocator.DEFAULT.directBuffer(rest.remaining());
        kept.add(own.writeBytes(rest));
    }

    private void splice() {
        Pipes.Pipe empty = from.urgent ? null : emptyPipe();
        if (empty == null) {
            splicing = false;
            copy();
            return;
        }
        pipe = empty;
        long most = turns == null ? Kernel.LARGE_PIPE : turns.most(Kernel.LARGE_PIPE);
        long read = loop.kernel.splice(from.descriptor(), empty.writing, most);
        if (read == 0) {
            // The end of the stream, or urgent data that is new to us before it: a read knows.
            splicing = false;
            copy();
        } else if (gave(read)) {
            empty.held = read;
            splicing = mode == RelayMode.SPLICE || read >= WORTH_SPLICING;
        }
    }

    private Pipes.@Nullable Pipe emptyPipe() {
        return pipe != null ? pipe : loop.pipes.lend();
    }

    /** Whether the source gave bytes; otherwise remembers why not. */
    private boolean gave(long result) {
        if (result > 0) {
            if (turns != null) {
                turns.spend(result);
            }
            return true;
        }
        if (result == 0) {
            relay.inputEnded(from.side());
            from.endInput();
        } else if (result == Kernel.WOULD_BLOCK) {
            from.readable = false;
        } else {
            relay.broke(from);
        }
        return false;
    }

    /** Whether the target took bytes, which then count as moved; otherwise remembers why not. */
    private boolean took(long result) {
        if (result >= 0) {
            moved += result;
            return true;
        }
        if (result == Kernel.WOULD_BLOCK) {
            to.writable = false;
        } else {
            drop();
            to.breakOutput();
        }
        return false;
    }

    private void passTheEndOn() {
        if (from.outputBroken && !from.endedBeforeItBroke) {
            // A write has heard of the reset already: what looks like the end is none.
            relay.broke(from);
            return;
        }
        ended = true;
        relay.directionEnded(from);
    }

    /** Whether bytes are not delivered that have been read, or that wait for their turn. */
    boolean holdsBytes() {
        return !kept.isEmpty() || (pipe != null && pipe.held > 0) || isPaced();
    }

    /** Whether it waits for its turn to move what its source has. */
    boolean isPaced() {
        return turns != null && turns.areAwaited();
    }

    /** The relay has ended. */
    void stop() {
        drop();
        if (turns != null) {
            turns.end();
        }
    }

    /** Lets go of everything held. */
    void drop() {
        // Safely: what is wrong with a buffer must not keep the sockets open.
        kept.forEach(ReferenceCountUtil::safeRelease);
        kept.clear();
        if (pipe != null) {
            loop.pipes.giveBack(pipe);
            pipe = null;
        }
    }
}
