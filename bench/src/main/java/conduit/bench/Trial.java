package conduit.bench;

import conduit.bench.Windows.Window;
import conduit.bench.load.Download;
import conduit.bench.load.Forwarding;
import conduit.bench.load.Held;
import conduit.bench.load.Loop;
import conduit.bench.load.Requests;
import conduit.bench.load.RoundTrips;
import conduit.bench.load.Setups;
import conduit.bench.load.Tally;
import conduit.bench.load.Upload;
import conduit.bench.load.Workload;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** One row on one freshly started proxy, from its first load to its figures. Runs on main. */
final class Trial {

    /**
     * Clients that set tunnels up at the same time: modest, as the cost is asked, not the limit.
     */
    private static final int SETUP_CLIENTS = 8;

    private static final int ROUND_TRIP_TUNNELS = 32;
    private static final int SHORT = 64;
    private static final int LONG = 16 << 10;
    private static final int KIBIBYTE = 1 << 10;
    private static final int BULK_TUNNELS = 4;
    private static final int HTTP_CLIENTS = 32;
    private static final int FEW_HELD = 100;
    private static final int SOME = 3_000;

    /** With two descriptors each, and some to work with, what 20,000 descriptors allow. */
    private static final int MANY = 9_000;

    /** Before a workload is measured for which the proxy is warm already. */
    private static final Duration SETTLE = Duration.ofSeconds(1);

    private final Candidate candidate;
    private final RunningProxy proxy;
    private final Loop loop;
    private final Gauge gauge;
    private final Tally tally;
    private final Options options;
    private final Map<Figure, Double> figures = new EnumMap<>(Figure.class);

    Trial(Candidate candidate, RunningProxy proxy, Loop loop, Gauge gauge, Options options) {
        this.candidate = candidate;
        this.proxy = proxy;
        this.loop = loop;
        this.gauge = gauge;
        this.tally = gauge.tally();
        this.options = options;
    }

    void run(Row row) throws IOException, InterruptedException {
        switch (row) {
            case SETUP -> setUp();
            case RTT64 -> roundTrips64();
            case RTT16K -> roundTrips16K();
            case DOWNLOAD -> download();
            case UPLOAD -> upload();
            case HTTP -> http();
            case HTTP64K -> httpBodies(row, 64 * KIBIBYTE, Figure.HTTP64K_CPU, Figure.HTTP64K_RATE);
            case HTTP1M -> httpBodies(row, 1024 * KIBIBYTE, Figure.HTTP1M_CPU, Figure.HTTP1M_RATE);
            case HELD -> held();
            case IDLE -> idle();
            case HEAP -> heap();
        }
    }

    /** What has been measured, also where the rest failed. */
    Map<Figure, Double> figures() {
        return figures;
    }

    private void setUp() throws IOException, InterruptedException {
        Windows windows = gauge.measure(setups(), warmUp(Row.SETUP));
        putCost(windows, Figure.SETUP_CPU, Figure.SETUP_RATE);
        putLatency(windows, Figure.SETUP_MEDIAN, Figure.SETUP_NINETY_NINTH);
    }

    private void roundTrips64() throws IOException, InterruptedException {
        Windows many = gauge.measure(roundTrips(ROUND_TRIP_TUNNELS, SHORT), warmUp(Row.RTT64));
        putCost(many, Figure.RTT64_CPU, Figure.RTT64_RATE);
        putLatency(many, Figure.RTT64_MEDIAN, Figure.RTT64_NINETY_NINTH);
        Windows alone = gauge.measure(roundTrips(1, SHORT), SETTLE);
        putLatency(alone, Figure.RTT64_ALONE_MEDIAN, Figure.RTT64_ALONE_NINETY_NINTH);
    }

    private void roundTrips16K() throws IOException, InterruptedException {
        Windows many = gauge.measure(roundTrips(ROUND_TRIP_TUNNELS, LONG), warmUp(Row.RTT16K));
        putCost(many, Figure.RTT16K_CPU, Figure.RTT16K_RATE);
        putLatency(many, Figure.RTT16K_MEDIAN, Figure.RTT16K_NINETY_NINTH);
        Windows alone = gauge.measure(roundTrips(1, LONG), SETTLE);
        putLatency(alone, Figure.RTT16K_ALONE_MEDIAN, Figure.RTT16K_ALONE_NINETY_NINTH);
    }

    private void download() throws IOException, InterruptedException {
        Workload download = new Download(loop, candidate.entrance(), BULK_TUNNELS, tally);
        Windows windows = gauge.measure(download, warmUp(Row.DOWNLOAD));
        figures.put(Figure.DOWNLOAD_CPU, windows.median(Window::cpuSecondsPerGigabyte));
        figures.put(Figure.DOWNLOAD_RATE, windows.median(Window::gigabytesPerSecond));
    }

    private void upload() throws IOException, InterruptedException {
        Workload upload = new Upload(loop, candidate.entrance(), BULK_TUNNELS, tally);
        Windows windows = gauge.measure(upload, warmUp(Row.UPLOAD));
        figures.put(Figure.UPLOAD_CPU, windows.median(Window::cpuSecondsPerGigabyte));
        figures.put(Figure.UPLOAD_RATE, windows.median(Window::gigabytesPerSecond));
    }

    private void http() throws IOException, InterruptedException {
        Windows windows = gauge.measure(requests(KIBIBYTE), warmUp(Row.HTTP));
        putCost(windows, Figure.HTTP_CPU, Figure.HTTP_RATE);
        putLatency(windows, Figure.HTTP_MEDIAN, Figure.HTTP_NINETY_NINTH);
        figures.put(Figure.HTTP_NEW_ORIGINS, windows.median(Window::newOriginsPerOperation));
        switch (candidate.engine()) {
            case JVM -> httpAllocated();
            case NATIVE -> {}
        }
    }

    /** After the rest, which it would disturb. */
    private void httpAllocated() throws IOException, InterruptedException {
        try (AllocatedHeap heap = proxy.allocatedHeap()) {
            double bytes = gauge.perOperation(requests(KIBIBYTE), SETTLE, heap::bytes);
            figures.put(Figure.HTTP_ALLOCATED, bytes);
        }
    }

    private void httpBodies(Row row, int length, Figure cpu, Figure rate)
            throws IOException, InterruptedException {
        Windows windows = gauge.measure(requests(length), warmUp(row));
        figures.put(cpu, windows.median(Window::cpuSecondsPerGigabyte));
        figures.put(rate, windows.median(Window::gigabytesPerSecond));
    }

    /** Whether what a tunnel costs depends on how many others there are. */
    private void held() throws IOException, InterruptedException {
        Held held = new Held(loop, candidate.entrance());
        hold(held, FEW_HELD);
        Windows setups = gauge.measure(setups(), warmUp(Row.HELD));
        figures.put(Figure.HELD_FEW_SETUP, setups.median(Window::cpuMicrosPerOperation));
        Windows trips = gauge.measure(roundTrips(ROUND_TRIP_TUNNELS, SHORT), warmUp(Row.HELD));
        figures.put(Figure.HELD_FEW_ROUND_TRIP, trips.median(Window::cpuMicrosPerOperation));
        hold(held, MANY);
        setups = gauge.measure(setups(), SETTLE);
        figures.put(Figure.HELD_MANY_SETUP, setups.median(Window::cpuMicrosPerOperation));
        trips = gauge.measure(roundTrips(ROUND_TRIP_TUNNELS, SHORT), SETTLE);
        figures.put(Figure.HELD_MANY_ROUND_TRIP, trips.median(Window::cpuMicrosPerOperation));
    }

    /**
     * Against a process that has had its first tunnels, so that what it loads once is not counted.
     */
    private void idle() throws IOException, InterruptedException {
        Held first = new Held(loop, candidate.entrance());
        hold(first, FEW_HELD);
        gauge.stop(first);
        Thread.sleep(SETTLE);
        long memory = proxy.tree().anonymousMemory();
        int descriptors = proxy.tree().descriptors();
        Held held = new Held(loop, candidate.entrance());
        hold(held, SOME);
        figures.put(Figure.IDLE_FEW_MEMORY, kibibytesSince(memory) / SOME);
        hold(held, MANY);
        figures.put(Figure.IDLE_MANY_MEMORY, kibibytesSince(memory) / MANY);
        double more = proxy.tree().descriptors() - descriptors;
        figures.put(Figure.IDLE_DESCRIPTORS, more / MANY);
    }

    private double kibibytesSince(long memory) throws IOException {
        return (proxy.tree().anonymousMemory() - memory) / 1024.0;
    }

    /** Between two numbers of tunnels, so that only what each of them takes is counted. */
    private void heap() throws IOException, InterruptedException {
        Held held = new Held(loop, candidate.entrance());
        hold(held, SOME);
        long before = proxy.liveHeap();
        hold(held, 2 * SOME);
        double more = proxy.liveHeap() - before;
        figures.put(Figure.HEAP, more / SOME);
    }

    private void hold(Held held, int tunnels) throws IOException, InterruptedException {
        AtomicInteger reached = new AtomicInteger();
        try {
            loop.run(() -> held.raiseTo(tunnels));
            gauge.await(
                    "more",
                    () -> {
                        reached.set(held.count());
                        return held.isComplete();
                    });
            Thread.sleep(SETTLE);
            loop.call(held::isComplete); // fails when one has been closed
        } catch (IOException e) {
            throw new IOException(
                    "%,d of %,d tunnels: %s".formatted(reached.get(), tunnels, e.getMessage()), e);
        }
    }

    private void putCost(Windows windows, Figure cpu, Figure rate) {
        figures.put(cpu, windows.median(Window::cpuMicrosPerOperation));
        figures.put(rate, windows.median(Window::operationsPerSecond));
    }

    private void putLatency(Windows windows, Figure median, Figure ninetyNinth) {
        figures.put(median, windows.median(Window::medianMicros));
        figures.put(ninetyNinth, windows.median(Window::ninetyNinthMicros));
    }

    private Setups setups() {
        return new Setups(loop, candidate.entrance(), SETUP_CLIENTS, tally);
    }

    private RoundTrips roundTrips(int tunnels, int size) {
        return new RoundTrips(loop, candidate.entrance(), tunnels, size, tally);
    }

    private Requests requests(int length) {
        Forwarding forwarding = candidate.forwarding().orElseThrow();
        return new Requests(loop, forwarding, length, HTTP_CLIENTS, tally);
    }

    private Duration warmUp(Row row) {
        return options.warmUp().orElse(row.warmUp(candidate.engine()));
    }
}
