package conduit.users;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What waits for its turn, of each network in order, and the networks in turn: whoever brings much
 * waits behind himself and not in front of others, and where it is full he makes room. Bounded as a
 * whole and for each network. Used by all threads; the lock is held for a few instructions, and
 * where it is full for one look at each network.
 */
final class FairQueue<T> {

    private final int most;
    private final int mostOfOneNetwork;

    /** The next in turn first. */
    private final LinkedHashMap<ClientNetwork, ArrayDeque<T>> waiting = new LinkedHashMap<>();

    private int size;

    FairQueue(int most, int mostOfOneNetwork) {
        this.most = most;
        this.mostOfOneNetwork = mostOfOneNetwork;
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
     * Takes it in if it can: where it is full, in place of the last of the network that has most,
     * if this one still has no more than that one then.
     */
    synchronized Place<T> offer(ClientNetwork from, T item) {
        ArrayDeque<T> before = waiting.get(from);
        int own = before == null ? 0 : before.size();
        if (own >= mostOfOneNetwork) {
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

    private void add(ClientNetwork from, T item) {
        waiting.computeIfAbsent(from, network -> new ArrayDeque<>()).add(item);
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
        Map.Entry<ClientNetwork, ArrayDeque<T>> next = waiting.firstEntry();
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
