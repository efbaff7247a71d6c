package conduit;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when the content of a file has changed. It watches folders, since a file is often not
 * written but replaced: by an editor, or by Kubernetes, which sets the link of a folder anew. What
 * counts is the content, once the folder has been quiet for a moment. Where folders cannot be
 * watched it looks every second. On a thread of its own.
 */
final class ConfigWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Conduit.class);

    /** Between the first and the last step of whoever replaces a file. */
    private static final long QUIET_MILLIS = 100;

    /** Where a folder never gets quiet. */
    private static final int MOST_QUIETS = 20;

    /** Where nobody tells. */
    private static final long LOOK_AGAIN_MILLIS = 1_000;

    /** Where only the folders above those that are watched have changed, as by a link in a path. */
    private static final long LOOK_ANYWAY_MILLIS = 10_000;

    /** More than a configuration file may have: changes behind it do not count. */
    private static final int LONGEST = (16 << 20) + 1;

    private final Path file;
    private final Runnable changed;
    private final Optional<WatchService> events;
    private final CountDownLatch closed = new CountDownLatch(1);
    private Set<WatchKey> watched = Set.of();
    private byte[] content;
    private boolean complained;

    /**
     * Watches from here on.
     *
     * @param changed run on the watching thread, which waits for it
     */
    ConfigWatch(Path file, Runnable changed) {
        this.file = file.toAbsolutePath();
        this.changed = changed;
        this.events = events(this.file);
        this.content = read().orElse(new byte[0]);
        Thread.ofPlatform().daemon().name("watch").start(this::watch);
    }

    /** None where all that there may be of a user are taken: fs.inotify.max_user_instances. */
    private static Optional<WatchService> events(Path file) {
        try {
            return Optional.of(file.getFileSystem().newWatchService());
        } catch (IOException e) {
            LOG.warn("{}: cannot be watched, looking every second: {}", file, e.toString());
            return Optional.empty();
        }
    }

    private void watch() {
        try {
            while (!closed.await(0, TimeUnit.MILLISECONDS)) {
                if (events.isEmpty()) {
                    tellIfChanged();
                    closed.await(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                } else {
                    watch(events.get());
                }
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            // Closed.
        }
    }

    private void watch(WatchService service) throws InterruptedException {
        // First, so that nothing can change unseen between a look and the next wait.
        boolean told = isTold(service);
        tellIfChanged();
        long longest = told ? LOOK_ANYWAY_MILLIS : LOOK_AGAIN_MILLIS;
        settle(service, service.poll(longest, TimeUnit.MILLISECONDS));
    }

    /** Whether the folders of the file, and of what it links to, are watched. */
    private boolean isTold(WatchService service) {
        Set<WatchKey> now = new HashSet<>();
        try {
            now.add(register(file, service));
            // Only now, so that a link which is set anew behind this is told of.
            now.add(register(file.toRealPath(), service));
            complained = false;
            return true;
        } catch (IOException e) {
            if (!complained) {
                complained = true;
                LOG.warn("{}: cannot be watched, looking every second: {}", file, e.toString());
            }
            return false;
        } finally {
            watchOnly(now);
        }
    }

    /** The same key for the same folder. */
    private static WatchKey register(Path of, WatchService events) throws IOException {
        Path folder = Optional.ofNullable(of.getParent()).orElse(of);
        return folder.register(events, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
    }

    /**
     * Folders to which the links no longer lead are left alone, or each would cost one for ever.
     */
    private void watchOnly(Set<WatchKey> now) {
        watched.stream().filter(key -> !now.contains(key)).forEach(WatchKey::cancel);
        watched = now;
    }

    private static void settle(WatchService events, @Nullable WatchKey first)
            throws InterruptedException {
        WatchKey key = first;
        for (int quiets = 0; key != null && quiets < MOST_QUIETS; quiets++) {
            key.pollEvents();
            key.reset();
            key = events.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
        }
        if (key != null) {
            key.pollEvents();
            key.reset();
        }
    }

    private void tellIfChanged() {
        Optional<byte[]> now = read();
        if (now.isPresent() && !Arrays.equals(content, now.get())) {
            content = now.get();
            changed.run();
        }
    }

    /** Empty while there is none to be read, as in the middle of its replacement. */
    private Optional<byte[]> read() {
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(in.readNBytes(LONGEST));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            if (events.isPresent()) {
                events.get().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
