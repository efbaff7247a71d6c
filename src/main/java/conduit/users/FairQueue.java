package conduit.users;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What waits for its turn, of each network in order, and the networks in turn: whoever brings much
 * waits behind himself and not in front of others. Bounded as a whole and for each network. Used by
 * all threads; the lock is held for a few instructions.
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

    /** Takes it in, unless there is no room. */
    synchronized boolean offer(ClientNetwork from, T item) {
        ArrayDeque<T> before = waiting.get(from);
        if (size >= most || (before != null && before.size() >= mostOfOneNetwork)) {
            return false;
        }
        waiting.computeIfAbsent(from, network -> new ArrayDeque<>()).add(item);
        size++;
        notify();
        return true;
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
