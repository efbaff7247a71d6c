package conduit.limits;

import conduit.config.ConnectionLimits;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * How many connections a process can hold, each with its remote, and what is the narrowest of its
 * means.
 *
 * @param connections at least one
 * @param line the whole of it for people
 */
public record Budget(int connections, String line) {

    /** Two sockets. A pipe is lent for a moment, and done without when there is none. */
    private static final int DESCRIPTORS = 2;

    /** For lookups of names, dials of several addresses at once, pipes, and files of the JVM. */
    private static final int DESCRIPTORS_BESIDE = 48;

    /**
     * Outside the heap: two TCP sockets at rest are 8 KiB in the kernel (of TCPv6 2.5, of its
     * inode, file and directory entry 1.1, of epoll 0.2, slabinfo(5), and queues of a packet or
     * two), and as much again for heads and pieces of bodies on their way.
     */
    private static final long MEMORY = 16 * 1024;

    /** An exchange with both its channels and heads; an idle tunnel takes less than 1 KiB. */
    private static final long HEAP = 8 * 1024;

    /** The rest is for everything else, and for what is garbage already. */
    private static final int HEAP_SHARE = 2;

    /** The JVM beside its heap: code, classes, stacks, the collector's tables. */
    private static final long MEMORY_BESIDE = 128 * 1024 * 1024;

    /** One of the means, and for how many connections it is enough. */
    private record Bound(String what, String amount, long connections) {}

    /**
     * Of this process, as it stands now.
     *
     * @param listeners how many it is about to have
     */
    public static Budget ofThisProcess(int listeners, OptionalInt wanted) {
        return of(Means.ofThisProcess(), listeners, wanted);
    }

    static Budget of(Means means, int listeners, OptionalInt wanted) {
        List<Bound> bounds = bounds(means, listeners);
        Bound narrowest = bounds.getFirst();
        int most = Math.clamp(narrowest.connections(), 1, ConnectionLimits.MOST);
        StringBuilder line = new StringBuilder(200);
        if (wanted.isPresent()) {
            line.append(number(wanted.getAsInt()))
                    .append(" connections at most, by --max-connections; this process can hold ")
                    .append(number(most));
        } else {
            line.append(number(most)).append(" connections at most");
        }
        line.append(", by ").append(narrowest.what()).append(narrowest.amount());
        bounds.stream()
                .skip(1)
                .forEach(bound ->
                        line.append("; ")
                                .append(bound.what())
                                .append(bound.amount())
                                .append(": enough for ")
                                .append(number(bound.connections())));
        figure(line, means.ports(), " local ports to one destination");
        figure(line, means.backlog(), " may wait to be accepted");
        figure(line, means.conntrack(), " remembered by conntrack");
        figure(line, means.pipePages(), " pages in pipes of an unprivileged user");
        return new Budget(most, line.toString());
    }

    /** The narrowest first. */
    private static List<Bound> bounds(Means means, int listeners) {
        Stream<Bound> files =
                means.openFiles().stream()
                        .mapToObj(most ->
                                new Bound(
                                        "open files",
                                        " (" + number(most) + ")",
                                        (most - means.opened() - listeners - DESCRIPTORS_BESIDE)
                                                / DESCRIPTORS));
        Stream<Bound> memory =
                means.memory().stream()
                        .mapToObj(most ->
                                new Bound(
                                        "memory",
                                        mebibytes(most),
                                        (most - means.heap() - MEMORY_BESIDE) / MEMORY));
        Bound heap =
                new Bound("the heap", mebibytes(means.heap()), means.heap() / HEAP_SHARE / HEAP);
        return Stream.of(files, memory, Stream.of(heap))
                .flatMap(bound -> bound)
                .map(bound ->
                        new Bound(bound.what(), bound.amount(), Math.max(1, bound.connections())))
                .sorted(Comparator.comparingLong(Bound::connections))
                .toList();
    }

    private static void figure(StringBuilder line, OptionalLong figure, String what) {
        figure.ifPresent(number -> line.append("; ").append(number(number)).append(what));
    }

    private static String mebibytes(long bytes) {
        return " (" + number(bytes >> 20) + " MiB)";
    }

    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
