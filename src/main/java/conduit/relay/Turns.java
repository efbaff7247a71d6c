package conduit.relay;

import conduit.linux.Kernel;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * When a direction of limited pace may move bytes, and how many. Only what waits at its source is
 * reserved, and it stays there until the turn has come: so an end or a break is found as without a
 * limit, at once where nothing is before it, and otherwise when that has been moved. Lives on the
 * direction's event loop.
 */
final class Turns {

    private final RelayLoop loop;
    private final Direction direction;
    private final Allowance allowance;
    private @Nullable Future<?> next;

    Turns(RelayLoop loop, Direction direction, Allowance allowance) {
        this.loop = loop;
        this.direction = direction;
        this.allowance = allowance;
    }

    /** Whether the direction must wait; it will be gone on with. */
    boolean areAwaited() {
        return next != null;
    }

    /** Whether the direction must wait before it moves what it has been given to begin with. */
    boolean awaitFor(long bytes) {
        await(bytes == 0 ? 0 : allowance.charge(bytes, System.nanoTime()));
        return areAwaited();
    }

    /** Whether the source may be read now; otherwise its turn is awaited, or it has nothing. */
    boolean mayMove(KernelEnd from) {
        if (allowance.left() > 0) {
            return true;
        }
        long unread = loop.kernel.unread(from.descriptor());
        if (unread <= 0) {
            // Nothing to pay for; a read tells an end, an error or urgent data from nothing at all.
            from.readable = from.hungUp || from.urgent;
            return from.readable;
        }
        await(allowance.reserve(unread, System.nanoTime()));
        return !areAwaited();
    }

    private void await(long nanos) {
        if (nanos > 0) {
            next = loop.after(nanos, this::come);
        }
    }

    private void come() {
        next = null;
        direction.goOn();
    }

    /** How much may be asked for at once, {@link Kernel#BUFFER} or a pipe at most. */
    long most(long size) {
        // Without a piece there is nothing to be expected; what comes all the same is paid later.
        return Math.min(size, allowance.left() > 0 ? allowance.left() : Allowance.SMALLEST_PIECE);
    }

    /** So much has been read. */
    void spend(long bytes) {
        allowance.spend(bytes, System.nanoTime());
    }

    /** The relay has ended; what it had reserved is for others. */
    void end() {
        if (next != null) {
            next.cancel(false);
            next = null;
        }
        allowance.giveBack();
    }
}
