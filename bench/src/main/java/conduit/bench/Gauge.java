package conduit.bench;

import conduit.bench.Windows.Window;
import conduit.bench.load.Loop;
import conduit.bench.load.Tally;
import conduit.bench.load.Tally.Sample;
import conduit.bench.load.Workload;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Puts a workload on a proxy, and reads what both take meanwhile. Runs on main. */
final class Gauge {

    /** Something that is counted from the start. */
    interface Growing {
        long read() throws IOException;
    }

    /** Windows taken for each that is wanted, should the core be slow. */
    private static final int MOST_TRIES = 4;

    /** For what the load has to bring about; on a slow proxy 9,000 tunnels take a while. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final RunningProxy proxy;
    private final List<Long> load;
    private final CoreSpeed core;
    private final Loop loop;
    private final Options options;
    private final Tally tally = new Tally();
    private double slowest = 1;

    Gauge(RunningProxy proxy, List<Long> load, CoreSpeed core, Loop loop, Options options) {
        this.proxy = proxy;
        this.load = load;
        this.core = core;
        this.loop = loop;
        this.options = options;
    }

    /** Where the workloads count. */
    Tally tally() {
        return tally;
    }

    /** How slow the core was in the slowest window that counts. */
    double slowest() {
        return slowest;
    }

    /** Warms up with the workload itself, reads the windows, and stops it. */
    Windows measure(Workload workload, Duration warmUp) throws IOException, InterruptedException {
        loop.run(workload::start);
        Thread.sleep(warmUp);
        Windows windows = takeWindows();
        stop(workload);
        slowest = Math.max(slowest, windows.slowest());
        Progress.say("  " + windows.busy());
        return windows;
    }

    /** Those on a core that was slower than at its best are taken again, within reason. */
    private Windows takeWindows() throws IOException, InterruptedException {
        int wanted = options.windows();
        List<Window> taken = new ArrayList<>();
        double before = core.slowness();
        while (Windows.atFullSpeed(taken) < wanted && taken.size() < MOST_TRIES * wanted) {
            Window window = window(before);
            taken.add(window);
            before = window.slownessAfter();
        }
        return Windows.fastest(wanted, taken);
    }

    void stop(Workload workload) throws IOException, InterruptedException {
        loop.run(workload::stop);
        await("the workload to stop", workload::isStopped);
    }

    /** How much of something that only grows one operation adds to it, over one window. */
    double perOperation(Workload workload, Duration warmUp, Growing total)
            throws IOException, InterruptedException {
        loop.run(workload::start);
        Thread.sleep(warmUp);
        loop.call(tally::take);
        long before = total.read();
        Thread.sleep(options.window());
        double more = total.read() - before;
        Sample sample = loop.call(tally::take);
        stop(workload);
        return more / operations(sample);
    }

    private static long operations(Sample sample) throws IOException {
        if (sample.operations() == 0) {
            throw new IOException("nothing went through");
        }
        return sample.operations();
    }

    private Window window(double slownessBefore) throws IOException, InterruptedException {
        Duration proxyBefore = proxy.tree().cpu();
        Duration loadBefore = loadCpu();
        loop.call(tally::take);
        Thread.sleep(options.window());
        Sample sample = loop.call(tally::take);
        Duration loadAfter = loadCpu();
        Duration proxyAfter = proxy.tree().cpu();
        if (sample.operations() == 0 && sample.bytes() == 0) {
            throw new IOException("nothing went through");
        }
        return new Window(
                sample,
                proxyAfter.minus(proxyBefore),
                loadAfter.minus(loadBefore),
                slownessBefore,
                core.slowness());
    }

    private Duration loadCpu() {
        Duration sum = Duration.ZERO;
        for (long pid : load) {
            sum = sum.plus(CpuClock.of(pid));
        }
        return sum;
    }

    /** Asks on the loop, so that a load that has failed meanwhile fails here. */
    void await(String what, Callable<Boolean> condition) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (!loop.call(condition)) {
            if (System.nanoTime() - start > LONGEST_WAIT.toNanos()) {
                throw new IOException("waited too long for " + what);
            }
            Thread.sleep(10);
        }
    }
}
