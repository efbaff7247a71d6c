package conduit.bench;

import conduit.bench.load.Download;
import conduit.bench.load.Entrance;
import conduit.bench.load.Forwarding;
import conduit.bench.load.Loop;
import conduit.bench.load.Requests;
import conduit.bench.load.RoundTrips;
import conduit.bench.load.Service;
import conduit.bench.load.Setups;
import conduit.bench.load.Tally;
import conduit.bench.load.Upload;
import conduit.bench.load.Workload;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The load without a proxy, on its core alone. It warms the clients and the origin up, so that the
 * first candidate meets the same load as the last, and tells what they could do at most. Runs on
 * main.
 */
final class LoadAlone {

    private static final Entrance ORIGIN =
            new Entrance.Fixed(
                    Arrays.stream(Service.values())
                            .collect(Collectors.toMap(Function.identity(), Service::address)));

    private final Tally tally = new Tally();
    private final Duration each;

    /**
     * Makes one.
     *
     * @param each how long each workload runs
     */
    LoadAlone(Duration each) {
        this.each = each;
    }

    /** All that is put on a candidate in these rows. */
    void run(List<Row> rows) throws IOException, InterruptedException {
        try (Loop loop = new Loop()) {
            for (Row row : rows) {
                run(row, loop);
            }
        }
    }

    private void run(Row row, Loop loop) throws IOException, InterruptedException {
        switch (row) {
            case SETUP -> setUp(loop);
            case RTT64 -> roundTrips(loop, 64);
            case RTT16K -> roundTrips(loop, 16 << 10);
            case DOWNLOAD -> run(loop, "download", new Download(loop, ORIGIN, 4, tally));
            case UPLOAD -> run(loop, "upload", new Upload(loop, ORIGIN, 4, tally));
            case HTTP -> requests(loop, 1 << 10);
            case HTTP64K -> requests(loop, 64 << 10);
            case HTTP1M -> requests(loop, 1 << 20);
            case HELD -> {
                setUp(loop);
                roundTrips(loop, 64);
            }
            case IDLE, HEAP -> {}
        }
    }

    private void setUp(Loop loop) throws IOException, InterruptedException {
        run(loop, "set-ups", new Setups(loop, ORIGIN, 8, tally));
    }

    private void roundTrips(Loop loop, int size) throws IOException, InterruptedException {
        run(loop, size + " B round trips", new RoundTrips(loop, ORIGIN, 32, size, tally));
    }

    private void requests(Loop loop, int length) throws IOException, InterruptedException {
        Forwarding direct = new Forwarding(Service.HTTP.address(), "");
        run(loop, "HTTP, %,d B".formatted(length), new Requests(loop, direct, length, 32, tally));
    }

    /** The second half is what is told. */
    private void run(Loop loop, String name, Workload workload)
            throws IOException, InterruptedException {
        loop.run(workload::start);
        Thread.sleep(each.dividedBy(2));
        loop.call(tally::take);
        Thread.sleep(each.dividedBy(2));
        Tally.Sample sample = loop.call(tally::take);
        loop.run(workload::stop);
        double seconds = sample.elapsed().toNanos() / 1e9;
        Progress.say(
                "load alone, %s: %,.0f per second, %.2f GB/s"
                        .formatted(
                                name,
                                sample.operations() / seconds,
                                sample.bytes() / 1e9 / seconds));
    }
}
