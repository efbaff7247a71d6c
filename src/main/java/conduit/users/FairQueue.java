package conduit.users;

import conduit.address.Network;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What waits for its turn, of each client in order, and the clients in turn: whoever brings much
 * waits behind himself and not in front of others, and where it is full he makes room. Bounded as a
 * whole and for each client. Used by all threads; the lock is held for a few instructions, and
 * where it is full for one look at each client.
 */
final class FairQueue<T> {

    private final int most;
    private final int mostOfOneClient;

    /** The next in turn first. */
    private final LinkedHashMap<Network, ArrayDeque<T>> waiting = new LinkedHashMap<>();

    private int size;

    FairQueue(int most, int mostOfOneClient) {
        this.most = most;
        this.mostOfOneClient = mostOfOneClient;
    }

    /** Where an item that comes has come to. */
    sealed interface Place<T> {

        /** It waits, and there was room. */
        record Free<T>() implements Place<T> {}

        /**
         * It waits, in place of another one.
         *
         * @param other waits no more
         */
        record OfAnother<T>(T other) implements Place<T> {}

        /** There is no room for it. */
        record None<T>() implements Place<T> {}
    }

    /**
     * Takes it in if it can: where it is full, in place of the last of the client that has most, if
     * this one still has no more than that one then.
     */
    synchronized Place<T> offer(Network from, T item) {
        ArrayDeque<T> before = waiting.get(from);
        int own = before == null ? 0 : before.size();
        if (own >= mostOfOneClient) {
            return new Place.None<>();
        }
        if (size < most) {
            add(from, item);
            return new Place.Free<>();
        }
        ArrayDeque<T> longest = longest();
        if (own + 1 >= longest.size()) {
            return new Place.None<>();
        }
        size--;
        T other = longest.removeLast();
        add(from, item);
        return new Place.OfAnother<>(other);
    }

    private void add(Network from, T item) {
        waiting.computeIfAbsent(from, client -> new ArrayDeque<>()).add(item);
        size++;
        notify();
    }

    private ArrayDeque<T> longest() {
        return Collections.max(waiting.values(), Comparator.comparingInt(ArrayDeque::size));
    }

    /** The next in turn; waits for it. */
    synchronized T take() throws InterruptedException {
        while (size == 0) {
            wait();
        }
        Map.Entry<Network, ArrayDeque<T>> next = waiting.firstEntry();
        waiting.remove(next.getKey());
        ArrayDeque<T> itsItems = next.getValue();
        T item = itsItems.remove();
        if (!itsItems.isEmpty()) {
            waiting.put(next.getKey(), itsItems);
        }
        size--;
        return item;
    }
}
