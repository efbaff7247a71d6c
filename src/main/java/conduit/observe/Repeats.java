package conduit.observe;

import conduit.address.Network;
import conduit.tunnel.Ending;
import conduit.tunnel.Journal;
import conduit.tunnel.Refusal;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts those who are turned away at a limit of theirs, since a client that tries again at once
 * brings thousands of lines: the first few of a minute are written, the others counted. Called on
 * event loops.
 */
final class Repeats {

    private static final Logger LOG = LoggerFactory.getLogger(Repeats.class);

    private static final Set<Refusal> AT_A_LIMIT =
            EnumSet.of(
                    Refusal.CLIENT_CONNECTION_LIMIT,
                    Refusal.CLIENT_RATE_LIMIT,
                    Refusal.USER_CONNECTION_LIMIT);

    /** Lines of one client in a minute. */
    static final int MOST_LINES = 10;

    /** Clients that are counted by themselves in a minute, at some hundred bytes each. */
    static final int MOST_CLIENTS = 1_000;

    /** As many as most providers give to one customer at least (RFC 6177). */
    private static final int PREFIX6 = 64;

    private final Map<Network, AtomicInteger> clients = new ConcurrentHashMap<>();
    private final AtomicLong ofOthers = new AtomicLong();

    /** Whether an entry is to be written; otherwise it has been counted. */
    boolean mayBeWritten(Journal.Entry entry) {
        if (!(entry.ending() instanceof Ending.TurnedAway(var refused))
                || !AT_A_LIMIT.contains(refused.refusal())) {
            return true;
        }
        InetAddress address = entry.client().getAddress();
        Network client =
                Network.around(address, address instanceof Inet4Address ? Integer.SIZE : PREFIX6);
        AtomicInteger count = clients.get(client);
        if (count == null) {
            if (clients.size() >= MOST_CLIENTS) {
                ofOthers.incrementAndGet();
                return false;
            }
            count = clients.computeIfAbsent(client, _ -> new AtomicInteger());
        }
        return count.incrementAndGet() <= MOST_LINES;
    }

    /** Says how many were not written since the last time, and begins anew. */
    void tell() {
        for (Network client : List.copyOf(clients.keySet())) {
            AtomicInteger count = clients.remove(client);
            if (count != null && count.get() > MOST_LINES) {
                LOG.warn(
                        "{} was turned away at its limit {} times more, without a line for each",
                        client.isIpv4() ? NetUtil.toAddressString(client.first()) : client,
                        count.get() - MOST_LINES);
            }
        }
        long others = ofOthers.getAndSet(0);
        if (others > 0) {
            LOG.warn(
                    "further clients were turned away at their limits {} times, without a line for"
                            + " each",
                    others);
        }
    }
}
