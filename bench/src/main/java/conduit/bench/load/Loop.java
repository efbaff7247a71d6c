package conduit.bench.load;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One thread and its selector. All sockets of the load live on such a thread; {@link #call} and
 * {@link #run} are the only ways in from another one. The first exception of a handler is kept, and
 * every later call fails with it: a load that met something unexpected measures nothing.
 */
public final class Loop implements AutoCloseable {

    /** Whose channel became ready. */
    interface Handler {
        void ready(SelectionKey key) throws IOException;
    }

    /** What {@link #run} runs. */
    public interface Task {
        void run() throws IOException;
    }

    /** Far above what any call takes: only a stuck loop gets there. */
    private static final Duration LONGEST_CALL = Duration.ofSeconds(20);

    private final Selector selector;
    private final ConcurrentLinkedQueue<Runnable> calls = new ConcurrentLinkedQueue<>();
    private @Nullable IOException failure;
    private boolean closing;

    /** Starts the thread. */
    public Loop() throws IOException {
        selector = Selector.open();
        Thread.ofPlatform().daemon().name("load").start(this::loop);
    }

    private void loop() {
        while (!closing) {
            try {
                selector.select(this::dispatch);
            } catch (IOException e) {
                fail(e);
            }
            if (failure != null) {
                closeChannels();
            }
            for (Runnable call = calls.poll(); call != null; call = calls.poll()) {
                call.run();
            }
        }
        closeChannels();
        try {
            selector.close();
        } catch (IOException e) {
            throw new IllegalStateException("cannot close the load's selector", e);
        }
    }

    private void dispatch(SelectionKey key) {
        if (failure != null) {
            return;
        }
        try {
            ((Handler) key.attachment()).ready(key);
        } catch (IOException e) {
            fail(e);
        }
    }

    private void fail(IOException e) {
        if (failure == null) {
            failure = e;
        }
    }

    /** For handlers: watches a channel, which has to be in non-blocking mode. */
    SelectionKey watch(SelectableChannel channel, int operations, Handler handler)
            throws IOException {
        return channel.register(selector, operations, handler);
    }

    /**
     * Runs something on the loop's thread and waits for it.
     *
     * @throws IOException what it threw, or what a handler threw before
     */
    public <T> T call(Callable<T> work) throws IOException, InterruptedException {
        CompletableFuture<T> result = new CompletableFuture<>();
        calls.add(() -> answer(work, result));
        selector.wakeup();
        try {
            return result.get(LONGEST_CALL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw new IOException(cause.getMessage(), cause);
            }
            throw new IllegalStateException(e);
        } catch (TimeoutException e) {
            throw new IOException("the load's loop is stuck", e);
        }
    }

    /** The same for something without a result. */
    public void run(Task task) throws IOException, InterruptedException {
        call(() -> {
            task.run();
            return true;
        });
    }

    private <T> void answer(Callable<T> work, CompletableFuture<T> result) {
        if (failure != null) {
            result.completeExceptionally(failure);
            return;
        }
        try {
            result.complete(work.call());
        } catch (Exception e) { // whatever it is, the caller throws it
            result.completeExceptionally(e);
        }
    }

    /** Closes all channels and ends the thread, without waiting for that. */
    @Override
    public void close() {
        calls.add(() -> closing = true);
        selector.wakeup();
    }

    private void closeChannels() {
        try {
            for (SelectionKey key : new ArrayList<>(selector.keys())) {
                key.channel().close();
            }
            selector.selectNow(); // only now are they really closed
        } catch (IOException | ClosedSelectorException e) {
            throw new IllegalStateException("cannot close the load's sockets", e);
        }
    }
}
