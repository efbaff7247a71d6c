package conduit.metrics;

import conduit.address.Destination;
import conduit.address.IpLiteral;
import conduit.tunnel.Journal;
import conduit.tunnel.Statement;
import io.netty.util.concurrent.FastThreadLocal;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Which clients and which destinations have moved most since the process began, on the way of what
 * ends to another journal. Written on event loops, each of which has its own counts; read on the
 * admin thread, for which a loop may have to wait some microseconds.
 */
public final class TopTalkers implements Journal {

    /** Of each kind; the places of one event loop, some 10 KiB of memory. */
    public static final int MOST = 100;

    /** Whose bytes are summed up. */
    public enum By {
        /** The client's address. */
        CLIENT,
        /** The destination's host, with whatever port. */
        DESTINATION;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The word for queries and answers: {@code client}. */
        public String label() {
            return label;
        }
    }

    private static final class Counts {
        private final SpaceSaving clients = new SpaceSaving(MOST);
        private final SpaceSaving destinations = new SpaceSaving(MOST);

        private synchronized void add(Entry entry) {
            long bytes = entry.bytesUp() + entry.bytesDown();
            if (bytes > 0 && entry.destination().isPresent()) {
                clients.add(IpLiteral.withoutPort(entry.client().getAddress()), bytes);
                destinations.add(host(entry.destination().get()), bytes);
            }
        }

        private synchronized List<SpaceSaving.Count> of(By by) {
            return switch (by) {
                case CLIENT -> clients.counts();
                case DESTINATION -> destinations.counts();
            };
        }
    }

    private final Journal next;
    private final List<Counts> ofLoops = new CopyOnWriteArrayList<>();
    private final FastThreadLocal<Counts> ofThread =
            new FastThreadLocal<>() {
                @Override
                protected Counts initialValue() {
                    Counts counts = new Counts();
                    ofLoops.add(counts);
                    return counts;
                }
            };

    /** Nobody has moved anything yet. */
    public TopTalkers(Journal next) {
        this.next = next;
    }

    @Override
    public void write(Entry entry) {
        ofThread.get().add(entry);
        next.write(entry);
    }

    /** Those with most, the largest first, with what is under way. */
    public List<SpaceSaving.Count> top(By by, List<Statement> open, int limit) {
        Map<String, SpaceSaving.Count> sums = new HashMap<>();
        for (Counts counts : ofLoops) {
            counts.of(by).forEach(count -> sums.merge(count.key(), count, TopTalkers::sum));
        }
        for (Statement one : open) {
            String key =
                    switch (by) {
                        case CLIENT -> IpLiteral.withoutPort(one.client().getAddress());
                        case DESTINATION -> host(one.destination());
                    };
            long bytes = one.bytesUp() + one.bytesDown();
            if (bytes > 0) {
                sums.merge(key, new SpaceSaving.Count(key, bytes, 0), TopTalkers::sum);
            }
        }
        return sums.values().stream()
                .sorted(Comparator.comparingLong(SpaceSaving.Count::amount).reversed())
                .limit(limit)
                .toList();
    }

    private static String host(Destination destination) {
        return switch (destination) {
            case Destination.Name(String name, int _) -> name;
            case Destination.Address(InetAddress address, int _) -> IpLiteral.withoutPort(address);
        };
    }

    private static SpaceSaving.Count sum(SpaceSaving.Count one, SpaceSaving.Count other) {
        return new SpaceSaving.Count(
                one.key(), one.amount() + other.amount(), one.error() + other.error());
    }
}
