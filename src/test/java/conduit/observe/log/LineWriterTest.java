package conduit.observe.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.Logging;
import conduit.e2e.kit.Background;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineWriterTest {

    /** Takes lines only once it is opened, as a terminal does that was stopped. */
    private static final class Sink implements Output {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final CountDownLatch opened = new CountDownLatch(1);
        private final CountDownLatch written = new CountDownLatch(1);
        private final AtomicInteger reopened = new AtomicInteger();
        private final AtomicInteger room = new AtomicInteger(Integer.MAX_VALUE);

        Sink letGo() {
            opened.countDown();
            return this;
        }

        @Override
        public void write(ByteBuffer lines) throws IOException {
            written.countDown();
            try {
                opened.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            byte[] some = new byte[Math.min(room.get(), lines.remaining())];
            lines.get(some);
            room.addAndGet(-some.length);
            synchronized (taken) {
                taken.writeBytes(some);
            }
            if (lines.hasRemaining()) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public void reopen() {
            reopened.incrementAndGet();
        }

        List<String> lines() {
            synchronized (taken) {
                return taken.toString(UTF_8).lines().toList();
            }
        }

        @Override
        public String name() {
            return "sink";
        }
    }

    private static final class Told implements Failures {
        private volatile Duration pause = Duration.ZERO;
        private final List<Long> lost = new CopyOnWriteArrayList<>();
        private final List<String> failures = new CopyOnWriteArrayList<>();

        @Override
        public Duration pause() {
            return pause;
        }

        @Override
        public Optional<Line> lost(long lines) {
            lost.add(lines);
            return Optional.of(message("lost " + lines));
        }

        @Override
        public void cannotWrite(String where, IOException why) {
            failures.add(where + ": " + why.getMessage());
        }

        @Override
        public void cannotReopen(String where, IOException why) {
            failures.add(where + " stays");
        }
    }

    private final Told told = new Told();

    private LineWriter begun(Output output) {
        LineWriter writer = new LineWriter("test", output, Logging.Format.TEXT, told);
        writer.start().orTimeout(30, TimeUnit.SECONDS).join();
        return writer;
    }

    private static Line message(String text) {
        return form -> {
            form.begin(Instant.EPOCH, "INFO", "test");
            form.message(text, Optional.empty());
            form.end();
        };
    }

    private static String written(String text) {
        return "1970-01-01T00:00:00.000Z INFO  test " + text;
    }

    private static void offer(LineWriter writer, int from, int to) {
        IntStream.range(from, to).forEach(i -> writer.offer(message("line " + i)));
    }

    private static List<String> numbered(int count) {
        return IntStream.range(0, count).mapToObj(i -> written("line " + i)).toList();
    }

    @Test
    void writesEveryLineInItsOrderWithoutBeingStopped() {
        Sink sink = new Sink().letGo();
        LineWriter writer = begun(sink);
        offer(writer, 0, 500);
        await(() -> sink.lines().size() == 500);
        offer(writer, 500, 1_000);
        await(() -> sink.lines().size() == 1_000);
        assertThat(sink.lines()).isEqualTo(numbered(1_000));
        writer.close();
    }

    @Test
    void losesNoLineOfSeveralThreads() throws InterruptedException {
        LineWriter writer = begun(new Sink().letGo());
        CyclicBarrier together = new CyclicBarrier(4);
        AtomicInteger made = new AtomicInteger();
        Line line = _ -> made.incrementAndGet();
        for (int round = 1; round <= 50; round++) {
            List<Background<Boolean>> threads =
                    Stream.generate(() ->
                                    Background.doing(() -> {
                                        together.await();
                                        for (int i = 0; i < 4_000; i++) {
                                            writer.offer(line);
                                        }
                                    }))
                            .limit(4)
                            .toList();
            for (Background<Boolean> thread : threads) {
                thread.result();
            }
            int offered = round * 16_000;
            await(() -> made.get() == offered);
        }
        writer.close();
        assertThat(made).hasValue(50 * 16_000);
        assertThat(writer.dropped()).isZero();
    }

    @Test
    void writesWhatIsQueuedWhenItIsClosed() {
        Sink sink = new Sink().letGo();
        LineWriter writer = begun(sink);
        offer(writer, 0, 300);
        writer.close();
        assertThat(sink.lines()).isEqualTo(numbered(300));
    }

    @Test
    void passesOnWhatIsOfferedAfterItHasGivenWay() {
        Sink sink = new Sink().letGo();
        Sink next = new Sink().letGo();
        LineWriter writer = begun(sink);
        LineWriter successor = begun(next);
        offer(writer, 0, 1);
        writer.giveWayTo(Optional.of(successor));
        offer(writer, 1, 2);
        successor.giveWayTo(Optional.empty());
        offer(writer, 2, 3);
        assertThat(sink.lines()).containsExactly(written("line 0"));
        assertThat(next.lines()).containsExactly(written("line 1"));
    }

    /** They may find out where to write before it gives way, and come to it afterwards. */
    @Test
    void writesOrCountsEachLineOfThoseWhoComeMeanwhile() throws Exception {
        Sink sink = new Sink().letGo();
        List<LineWriter> writers = new CopyOnWriteArrayList<>(List.of(begun(sink)));
        AtomicBoolean over = new AtomicBoolean();
        List<Background<Long>> offering =
                Stream.generate(() -> Background.of(() -> offer(writers, over))).limit(4).toList();
        for (int i = 0; i < 100; i++) {
            LineWriter before = writers.getLast();
            LineWriter next = begun(sink);
            writers.add(next);
            before.giveWayTo(Optional.of(next));
        }
        over.set(true);
        long offered = 0;
        for (Background<Long> one : offering) {
            offered += one.result();
        }
        writers.getLast().close();
        long dropped = writers.stream().mapToLong(LineWriter::dropped).sum();
        long told = sink.lines().stream().filter(line -> line.contains(" lost ")).count();
        assertThat(sink.lines().size() - told + dropped).isEqualTo(offered);
    }

    private static long offer(List<LineWriter> writers, AtomicBoolean over) {
        Line line = message("one");
        long offered = 0;
        while (!over.get()) {
            writers.getLast().offer(line);
            offered++;
        }
        return offered;
    }

    @Test
    void dropsAndCountsLinesThatAreNotTaken() throws InterruptedException {
        Sink sink = new Sink();
        LineWriter writer = begun(sink);
        writer.offer(message("first"));
        assertThat(sink.written.await(30, TimeUnit.SECONDS)).isTrue();
        offer(writer, 0, LineWriter.CAPACITY + 10);
        assertThat(writer.dropped()).isEqualTo(10);
        sink.letGo();
        await(() -> sink.lines().size() == LineWriter.CAPACITY + 2);
        assertThat(sink.lines()).contains(written("lost 10"));
        assertThat(told.lost).containsExactly(10L);
        writer.close();
    }

    @Test
    void survivesALineThatCannotBeMade() {
        Sink sink = new Sink().letGo();
        LineWriter writer = begun(sink);
        writer.offer(message("one"));
        writer.offer(form -> {
            form.begin(Instant.EPOCH, "INFO", "test");
            throw new IllegalArgumentException("bad");
        });
        writer.offer(message("two"));
        writer.close();
        assertThat(sink.lines()).containsExactly(written("one"), written("two"), written("lost 1"));
        assertThat(writer.dropped()).isOne();
    }

    @Test
    void finishesTheLineThatAFullDiskHasCut() {
        Sink sink = new Sink().letGo();
        sink.room.set(written("line 0").length() + 1 + 5);
        LineWriter writer = begun(sink);
        offer(writer, 0, 4);
        await(() -> !told.failures.isEmpty());
        assertThat(told.failures).contains("sink: No space left on device");
        // Nothing of the rest is taken the second time.
        int failures = told.failures.size();
        writer.offer(message("never written"));
        await(() -> told.failures.size() > failures);
        sink.room.set(Integer.MAX_VALUE);
        writer.offer(message("again"));
        await(() -> sink.lines().contains(written("again")));
        writer.close();
        // Whether the four came in one batch or in two is the writer's to choose.
        assertThat(sink.lines()).startsWith(written("line 0"), written("line 1"));
        assertThat(sink.lines()).allMatch(line -> line.startsWith("1970-01-01T00:00:00.000Z INFO"));
        assertThat(sink.lines()).anyMatch(line -> line.contains(" lost "));
        assertThat(told.lost.stream().mapToLong(Long::longValue).sum())
                .isEqualTo(writer.dropped())
                .isPositive();
    }

    @Test
    void tellsOfLaterLossesAfterAPauseOrAtTheEnd() {
        told.pause = Duration.ofHours(1);
        Sink sink = new Sink().letGo();
        LineWriter writer = begun(sink);
        Line bad =
                _ -> {
                    throw new IllegalStateException("bad");
                };
        writer.offer(bad);
        await(() -> told.lost.size() == 1);
        writer.offer(bad);
        writer.offer(bad);
        writer.offer(message("one"));
        await(() -> sink.lines().contains(written("one")));
        assertThat(told.lost).containsExactly(1L);
        writer.close();
        assertThat(told.lost).containsExactly(1L, 2L);
    }

    @Test
    void writesEachLineIntoOneOfTheFilesThatAreChangedUnderIt(@TempDir Path directory)
            throws IOException {
        Path current = directory.resolve("access.log");
        LineWriter writer = begun(new LogFile(current));
        List<Path> rotated = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            offer(writer, 500 * round, 500 * (round + 1));
            Path old = directory.resolve("access.log." + round);
            Files.move(current, old, StandardCopyOption.ATOMIC_MOVE);
            rotated.add(old);
            writer.reopen();
            await(() -> Files.exists(current));
        }
        writer.close();
        List<String> all = new ArrayList<>();
        for (Path file : Stream.concat(rotated.stream(), Stream.of(current)).toList()) {
            assertThat(Files.readString(file)).matches("(?s)|.*\n");
            all.addAll(Files.readAllLines(file));
        }
        assertThat(all).isEqualTo(numbered(10_000));
        assertThat(writer.dropped()).isZero();
    }

    /** Whoever writes would otherwise find its file closed, or half a line in another. */
    @Test
    void opensAnewOnlyWhenWhatIsBeingWrittenIsWritten() throws InterruptedException {
        Sink sink = new Sink();
        LineWriter writer = begun(sink);
        writer.offer(message("one"));
        assertThat(sink.written.await(30, TimeUnit.SECONDS)).isTrue();
        Background.doing(writer::reopen).result();
        assertThat(sink.reopened).hasValue(0);
        sink.letGo();
        await(() -> sink.reopened.get() == 1);
        assertThat(sink.lines()).containsExactly(written("one"));
        writer.close();
    }

    @Test
    void staysInTheOldFileWhenTheNewOneCannotBeHad(@TempDir Path directory) throws IOException {
        Path logs = Files.createDirectory(directory.resolve("logs"));
        LineWriter writer = begun(new LogFile(logs.resolve("access.log")));
        offer(writer, 0, 1);
        Path elsewhere = directory.resolve("elsewhere");
        Files.move(logs, elsewhere);
        writer.reopen();
        await(() -> !told.failures.isEmpty());
        offer(writer, 1, 2);
        writer.close();
        assertThat(told.failures).containsExactly(logs.resolve("access.log") + " stays");
        assertThat(Files.readAllLines(elsewhere.resolve("access.log"))).isEqualTo(numbered(2));
    }

    @Test
    void makesAFileThatOthersCannotRead(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("access.log");
        begun(new LogFile(file)).close();
        assertThat(Files.getPosixFilePermissions(file))
                .extracting(Enum::name)
                .doesNotContain("OTHERS_READ", "OTHERS_WRITE", "GROUP_WRITE");
    }

    @Test
    void changesItsFormBetweenTwoLines() {
        Sink sink = new Sink().letGo();
        LineWriter writer = begun(sink);
        writer.offer(message("one"));
        await(() -> sink.lines().size() == 1);
        writer.setFormat(Logging.Format.JSON);
        writer.offer(message("two"));
        writer.close();
        assertThat(sink.lines())
                .containsExactly(
                        written("one"),
                        "{\"time\":\"1970-01-01T00:00:00.000Z\",\"level\":\"INFO\","
                                + "\"logger\":\"test\",\"message\":\"two\"}");
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition);
    }
}
