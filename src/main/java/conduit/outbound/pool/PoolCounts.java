package conduit.outbound.pool;

import java.util.concurrent.atomic.LongAdder;

/** What the idle connections of all event loops come to. Written on them, read anywhere. */
public final class PoolCounts {

    private final LongAdder plain = new LongAdder();
    private final LongAdder secured = new LongAdder();
    private final LongAdder reused = new LongAdder();
    private final LongAdder dialled = new LongAdder();

    public PoolCounts() {}

    void kept(End end) {
        ofKind(end).increment();
    }

    void gone(End end) {
        ofKind(end).decrement();
    }

    private LongAdder ofKind(End end) {
        return end.secured() ? secured : plain;
    }

    void reused() {
        reused.increment();
    }

    void dialled() {
        dialled.increment();
    }

    /** Idle connections without TLS. */
    public long idlePlain() {
        return plain.sum();
    }

    /** Idle connections secured by TLS. */
    public long idleSecured() {
        return secured.sum();
    }

    /** Exchanges for which one was there. */
    public long hits() {
        return reused.sum();
    }

    /** Exchanges for which none was there. */
    public long misses() {
        return dialled.sum();
    }
}
