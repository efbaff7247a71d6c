package conduit.observe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.encoder.EncoderBase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class BatchingAppenderTest {

    private final LoggerContext context = new LoggerContext();
    private final Logger logger = context.getLogger("access");

    /** Takes lines only once it is opened, as a terminal does that was stopped. */
    private static final class Sink extends OutputStream {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final CountDownLatch opened = new CountDownLatch(1);
        private final CountDownLatch written = new CountDownLatch(1);

        @Override
        public void write(int next) {
            write(new byte[] {(byte) next}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            written.countDown();
            try {
                opened.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            synchronized (taken) {
                taken.write(bytes, offset, length);
            }
        }

        List<String> lines() {
            synchronized (taken) {
                return taken.toString(UTF_8).lines().toList();
            }
        }
    }

    private BatchingAppender appenderTo(OutputStream target) {
        // Where logback configures itself it does this too; without it no event is complete.
        context.setMDCAdapter(new LogbackMDCAdapter());
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%level %msg%n");
        encoder.start();
        BatchingAppender appender = new BatchingAppender(target);
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.INFO);
        return appender;
    }

    @Test
    void writesEveryLineInItsOrderWithoutBeingStopped() {
        Sink sink = new Sink();
        sink.opened.countDown();
        appenderTo(sink);
        List<String> expected = IntStream.range(0, 1_000).mapToObj(i -> "INFO line " + i).toList();
        IntStream.range(0, 500).forEach(i -> logger.info("line " + i));
        await(() -> sink.lines().size() == 500);
        IntStream.range(500, 1_000).forEach(i -> logger.info("line " + i));
        await(() -> sink.lines().size() == 1_000);
        assertThat(sink.lines()).isEqualTo(expected);
    }

    @Test
    void losesNoLineOfSeveralThreads() throws InterruptedException {
        Sink sink = new Sink();
        sink.opened.countDown();
        BatchingAppender appender = appenderTo(sink);
        List<Thread> threads =
                IntStream.range(0, 4)
                        .mapToObj(t ->
                                Thread.ofPlatform()
                                        .start(() ->
                                                IntStream.range(0, 2_000)
                                                        .forEach(i -> logger.info(t + " " + i))))
                        .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        appender.stop();
        assertThat(sink.lines()).hasSize(8_000).doesNotHaveDuplicates();
    }

    @Test
    void writesWhatIsQueuedWhenItIsStopped() {
        Sink sink = new Sink();
        sink.opened.countDown();
        BatchingAppender appender = appenderTo(sink);
        IntStream.range(0, 300).forEach(i -> logger.info("line " + i));
        appender.stop();
        assertThat(sink.lines()).hasSize(300);
    }

    @Test
    void dropsAndCountsLinesThatNobodyReads() throws InterruptedException {
        Sink sink = new Sink();
        BatchingAppender appender = appenderTo(sink);
        logger.info("first");
        assertThat(sink.written.await(30, TimeUnit.SECONDS)).isTrue();
        int more = BatchingAppender.CAPACITY + 10;
        IntStream.range(0, more).forEach(i -> logger.info("line " + i));
        sink.opened.countDown();
        appender.stop();
        assertThat(sink.lines())
                .hasSize(1 + BatchingAppender.CAPACITY + 1)
                .endsWith("WARN 10 lines lost here: standard error is read too slowly");
    }

    @Test
    void survivesALineThatCannotBeEncoded() {
        Sink sink = new Sink();
        sink.opened.countDown();
        BatchingAppender appender = appenderTo(sink);
        appender.setEncoder(
                new EncoderBase<>() {
                    @Override
                    public byte[] headerBytes() {
                        return new byte[0];
                    }

                    @Override
                    public byte[] encode(ILoggingEvent event) {
                        String message = event.getMessage();
                        if (message.equals("bad")) {
                            throw new IllegalArgumentException(message);
                        }
                        return (message + "\n").getBytes(UTF_8);
                    }

                    @Override
                    public byte[] footerBytes() {
                        return new byte[0];
                    }
                });
        List.of("one", "bad", "two").forEach(logger::info);
        appender.stop();
        assertThat(sink.lines()).containsExactly("one", "two");
    }

    @Test
    void survivesAStandardErrorThatIsClosed() throws InterruptedException {
        CountDownLatch tries = new CountDownLatch(2);
        appenderTo(
                new OutputStream() {
                    @Override
                    public void write(int next) throws IOException {
                        tries.countDown();
                        throw new IOException("closed");
                    }
                });
        logger.info("nobody hears this");
        await(() -> tries.getCount() == 1);
        logger.info("nor this");
        await(() -> tries.getCount() == 0);
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition);
    }
}
