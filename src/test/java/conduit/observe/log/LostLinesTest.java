package conduit.observe.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.Logging;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines of an output that takes no more, and is given up or opened anew. */
class LostLinesTest {

    private static final int MORE_THAN_A_PIPE_HOLDS = 5_000;

    private static final class Told implements Failures {
        private final AtomicLong lost = new AtomicLong();
        private final List<String> failures = new CopyOnWriteArrayList<>();

        @Override
        public Duration pause() {
            return Duration.ofHours(1);
        }

        @Override
        public Optional<Line> lost(long lines) {
            lost.addAndGet(lines);
            return Optional.empty();
        }

        @Override
        public void cannotWrite(String where, IOException why) {
            failures.add(AccessOutput.reason(why));
        }

        @Override
        public void cannotReopen(String where, IOException why) {
            failures.add(AccessOutput.reason(why));
        }
    }

    private final Told told = new Told();

    private LineWriter writer(Output output) {
        return new LineWriter("test", output, Logging.Format.TEXT, told);
    }

    private static void offer(LineWriter writer, int count) {
        for (int i = 0; i < count; i++) {
            String text = "line " + i;
            writer.offer(form -> {
                form.begin(Instant.EPOCH, "INFO", "test");
                form.message(text, Optional.empty());
                form.end();
            });
        }
    }

    private static Path namedPipe(Path directory) throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        return pipe;
    }

    @Test
    void areCountedAndToldWhereAPipeIsReadNoFurther(@TempDir Path directory) throws Exception {
        Path pipe = namedPipe(directory);
        LineWriter writer = writer(new LogFile(pipe));
        var opened = writer.start();
        try (var reader = Files.newInputStream(pipe)) {
            opened.get(30, TimeUnit.SECONDS);
            offer(writer, MORE_THAN_A_PIPE_HOLDS);
            writer.close();
            long dropped = writer.dropped();
            assertThat(told.lost).hasValue(dropped);
            assertThat(told.failures).first().isEqualTo("it takes nothing, and was given up");
            String read = new String(reader.readAllBytes(), UTF_8);
            // The last one may have been cut, and counts as lost.
            assertThat(read.chars().filter(c -> c == '\n').count() + dropped)
                    .isEqualTo(MORE_THAN_A_PIPE_HOLDS);
        }
    }

    @Test
    void areCountedAndToldWhereAPipeIsNeverRead(@TempDir Path directory) throws Exception {
        Path pipe = namedPipe(directory);
        LineWriter writer = writer(new LogFile(pipe));
        var opened = writer.start();
        offer(writer, 3);
        writer.close();
        assertThat(told.lost).hasValue(3);
        assertThat(opened).isNotDone();
        // Nobody is told again when it is read at last.
        assertThat(Files.readString(pipe)).isEmpty();
        assertThat(told.lost).hasValue(3);
    }

    /** As one on a network file system that answers late, and with a refusal. */
    private record LateFile(LogFile file, CountDownLatch answering) implements Output {
        @Override
        public void open() throws IOException {
            try {
                answering.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
            file.open();
        }

        @Override
        public void write(ByteBuffer lines) throws IOException {
            file.write(lines);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }

        @Override
        public String name() {
            return file.name();
        }
    }

    @Test
    void areCountedAndToldWhereAFileCannotBeOpenedAfterAllUntilItCan(@TempDir Path directory)
            throws Exception {
        Path folder = directory.resolve("missing");
        Path path = folder.resolve("access.log");
        CountDownLatch answering = new CountDownLatch(1);
        LineWriter writer = writer(new LateFile(new LogFile(path), answering));
        writer.start().cancel(false);
        offer(writer, 3);
        answering.countDown();
        await(() -> writer.dropped() == 3);
        assertThat(told.failures).first().isEqualTo("there is no such directory");
        Files.createDirectory(folder);
        offer(writer, 2);
        writer.close();
        assertThat(told.lost).hasValue(3);
        assertThat(Files.readAllLines(path)).hasSize(2);
    }

    /** Standard output, which no interrupt ends a write to. */
    @Test
    void areCountedAndToldWhereAWriteNeverEnds() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        Output stuck =
                new Output() {
                    @Override
                    public void write(ByteBuffer lines) {
                        writing.countDown();
                        boolean interrupted = true;
                        while (interrupted) {
                            interrupted = !isOver(over);
                        }
                    }

                    @Override
                    public String name() {
                        return "stuck";
                    }
                };
        LineWriter writer = writer(stuck);
        writer.start();
        offer(writer, 1);
        assertThat(writing.await(30, TimeUnit.SECONDS)).isTrue();
        offer(writer, 7);
        writer.close();
        assertThat(told.lost).hasValue(7);
        over.countDown();
    }

    private static boolean isOver(CountDownLatch over) {
        try {
            over.await();
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** A disk that is full within a line, until there is room; each opening is another file. */
    private static final class FullDisk implements Output {
        private final List<ByteArrayOutputStream> files = new CopyOnWriteArrayList<>();
        private final AtomicLong room = new AtomicLong();

        private FullDisk(long room) {
            this.room.set(room);
        }

        @Override
        public void open() {
            files.add(new ByteArrayOutputStream());
        }

        @Override
        public void reopen() {
            open();
        }

        @Override
        public void write(ByteBuffer lines) throws IOException {
            byte[] some = new byte[(int) Math.min(room.get(), lines.remaining())];
            lines.get(some);
            room.addAndGet(-some.length);
            files.getLast().writeBytes(some);
            if (lines.hasRemaining()) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public String name() {
            return "full";
        }
    }

    private static String content(ByteArrayOutputStream file) {
        return file.toString(UTF_8);
    }

    @Test
    void areNotWrittenInHalvesWhereAFullFileIsLeft() {
        FullDisk disk = new FullDisk(60);
        LineWriter writer = writer(disk);
        writer.start();
        offer(writer, 3);
        await(() -> !told.failures.isEmpty());
        writer.reopen();
        await(() -> disk.files.size() == 2);
        disk.room.set(Long.MAX_VALUE);
        offer(writer, 1);
        writer.close();
        assertThat(content(disk.files.getFirst())).hasSize(60);
        assertThat(content(disk.files.getLast()))
                .isEqualTo("1970-01-01T00:00:00.000Z INFO  test line 0\n");
        // Two of three, of which one is there in part.
        assertThat(writer.dropped()).isEqualTo(2);
        assertThat(told.lost).hasValue(2);
    }

    @Test
    void areToldAtTheEndWhereADiskStaysFull() {
        FullDisk disk = new FullDisk(60);
        LineWriter writer = writer(disk);
        writer.start();
        offer(writer, 3);
        await(() -> !told.failures.isEmpty());
        writer.close();
        assertThat(writer.dropped()).isEqualTo(2);
        assertThat(told.lost).hasValue(2);
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition);
    }
}
