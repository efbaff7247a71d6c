package conduit.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import conduit.linux.Kernel;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real pipes: what is lent is empty, what comes back with bytes in it is closed, and few stay. */
class PipesTest {

    private static final int MOST_KEPT = 64;

    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Kernel kernel = new Kernel();
    private final Pipes pipes = new Pipes(kernel, loops.next());

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void lendsWhatCameBackEmptyAndItIsEmpty() throws Exception {
        Pipes.Pipe pipe = onLoop(this::lend);
        fill(pipe, 5_000);
        assertThat(kernel.read(pipe.reading)).isEqualTo(5_000);
        pipe.held = 0;
        giveBack(pipe);
        Pipes.Pipe again = onLoop(this::lend);
        assertThat(again).isSameAs(pipe);
        assertThat(kernel.read(again.reading)).isEqualTo(Kernel.WOULD_BLOCK);
        giveBack(again);
    }

    @Test
    void closesWhatComesBackWithBytesInIt() throws Exception {
        Pipes.Pipe pipe = onLoop(this::lend);
        fill(pipe, 5_000);
        giveBack(pipe);
        assertThat(openPipes()).doesNotContain(pipe.reading, pipe.writing);
        Pipes.Pipe next = onLoop(this::lend);
        assertThat(next).isNotSameAs(pipe);
        assertThat(kernel.read(next.reading)).isEqualTo(Kernel.WOULD_BLOCK);
        giveBack(next);
    }

    @Test
    void keepsNoMoreThanItsBoundAndClosesThoseThatLieIdle() throws Exception {
        List<Pipes.Pipe> lent = new ArrayList<>();
        for (int i = 0; i < MOST_KEPT + 10; i++) {
            lent.add(onLoop(this::lend));
        }
        Pipes.Pipe inUse = onLoop(this::lend);
        onLoop(() -> {
            lent.forEach(pipes::giveBack);
            // Within the same task, so that nothing has been trimmed yet.
            assertThat(stillOpen(lent)).isEqualTo(MOST_KEPT);
            return true;
        });
        await().atMost(Duration.ofSeconds(30)).until(() -> stillOpen(lent) == 0);
        assertThat(openPipes()).contains(inUse.reading, inUse.writing);
        fill(inUse, 1);
        giveBack(inUse);
    }

    private static long stillOpen(List<Pipes.Pipe> pipes) throws IOException {
        Set<Integer> open = openPipes();
        return pipes.stream()
                .filter(pipe -> open.contains(pipe.reading) || open.contains(pipe.writing))
                .count();
    }

    private Pipes.Pipe lend() {
        return Objects.requireNonNull(pipes.lend());
    }

    private void giveBack(Pipes.Pipe pipe) throws Exception {
        onLoop(() -> {
            pipes.giveBack(pipe);
            return true;
        });
    }

    private <T> T onLoop(Callable<T> task) throws Exception {
        return loops.next().submit(task).get();
    }

    private void fill(Pipes.Pipe pipe, int bytes) {
        assertThat(kernel.write(pipe.writing, ByteBuffer.allocateDirect(bytes))).isEqualTo(bytes);
        pipe.held = bytes;
    }

    /** The descriptors of this process that are ends of pipes. */
    private static Set<Integer> openPipes() throws IOException {
        Set<Integer> open = new HashSet<>();
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                if (isPipe(descriptor)) {
                    open.add(Integer.parseInt(descriptor.getFileName().toString()));
                }
            }
        }
        return open;
    }

    private static boolean isPipe(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
        } catch (NoSuchFileException closedMeanwhile) {
            // One of them is the directory's own.
            return false;
        }
    }
}
