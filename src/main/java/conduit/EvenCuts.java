package conduit;

import conduit.relay.SocketState;
import conduit.tunnel.OpenAccounts;
import conduit.tunnel.OpenAccounts.Sockets;
import conduit.tunnel.Outcome;
import conduit.tunnel.Phase;
import conduit.tunnel.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Which tunnels are cut while conduit drains, a share each second, so that their clients do not all
 * come back to the next conduit at once: idle ones evenly over the first half of the time, then the
 * rest, those first that have been silent for longest. Called by the main thread, which looks and
 * sorts; event loops only answer.
 */
final class EvenCuts {

    /** How often a share is cut. */
    static final Duration ROUND = Duration.ofSeconds(1);

    /** A request over a kept connection, or a person who types, is rarely silent for longer. */
    private static final long IDLE_NANOS = Duration.ofSeconds(10).toNanos();

    private final OpenAccounts open;
    private final Duration half;

    /** A tunnel that stands, and for how long no byte has come or gone on either side. */
    private record Standing(Statement tunnel, long silentNanos) {

        private static final Comparator<Standing> LONGEST_SILENT_FIRST =
                Comparator.comparingLong(Standing::silentNanos).reversed();

        static Standing of(Statement tunnel, Sockets sockets) {
            long silentNanos =
                    Stream.of(sockets.client(), sockets.remote())
                            .flatMap(Optional::stream)
                            .mapToLong(SocketState::silentMillis)
                            .map(TimeUnit.MILLISECONDS::toNanos)
                            .min()
                            .orElse(tunnel.idleNanos());
            return new Standing(tunnel, silentNanos);
        }

        boolean isIdle() {
            return silentNanos >= IDLE_NANOS;
        }
    }

    /** For a drain that takes so long at most. */
    EvenCuts(OpenAccounts open, Duration timeout) {
        this.open = open;
        this.half = timeout.dividedBy(2);
    }

    /** Cuts the share of one round, with so much time left. */
    void round(Duration left) throws InterruptedException {
        try {
            List<Statement> tunnels =
                    within(left, open.statements()).stream()
                            .filter(one -> one.phase() == Phase.RELAY)
                            .toList();
            cut(tunnels, within(left, open.sockets(tunnels)), left);
        } catch (TimeoutException | ExecutionException e) {
            // A loop has more to do than to answer, or has said at ERROR why it cannot; the next
            // round may find it otherwise, and the deadline comes anyway.
        }
    }

    private static <T> T within(Duration left, CompletableFuture<T> answer)
            throws InterruptedException, TimeoutException, ExecutionException {
        Duration longest = left.compareTo(ROUND) < 0 ? left : ROUND;
        return answer.get(longest.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void cut(List<Statement> tunnels, Map<?, Sockets> sockets, Duration left) {
        List<Standing> standing =
                tunnels.stream()
                        .map(one ->
                                Standing.of(
                                        one, sockets.getOrDefault(one.account(), Sockets.UNKNOWN)))
                        .sorted(Standing.LONGEST_SILENT_FIRST)
                        .toList();
        int idle = Math.toIntExact(standing.stream().filter(Standing::isIdle).count());
        Set<Object> share = new HashSet<>();
        standing.stream()
                .limit(share(idle, standing.size(), left, half))
                .forEach(one -> share.add(one.tunnel().account()));
        if (!share.isEmpty()) {
            open.end(share::contains, Outcome.STOPPED);
        }
    }

    /**
     * How many are cut in one round. Of idle ones at least one, so that few do not hold a drain up;
     * of the others in the second half as many as leave an equal share for each round to come and
     * for the deadline, so that few may go on until then.
     */
    static int share(int idle, int all, Duration left, Duration half) {
        boolean first = left.compareTo(half) > 0;
        int ofIdle = Math.ceilDiv(idle, rounds(first ? left.minus(half) : left));
        int even = first ? 0 : all / (rounds(left) + 1);
        return Math.max(ofIdle, even);
    }

    /** This one and those to come. */
    private static int rounds(Duration left) {
        return Math.toIntExact(Math.max(1, Math.ceilDiv(left.toNanos(), ROUND.toNanos())));
    }
}
