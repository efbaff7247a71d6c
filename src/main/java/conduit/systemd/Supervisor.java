package conduit.systemd;

import conduit.linux.NotifySocket;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whoever has started us and wants to be told how we are (sd_notify(3)); nobody, where {@code
 * $NOTIFY_SOCKET} does not say so. Its methods may be called on any thread, never block, and never
 * fail: what cannot be said is said with the next status.
 */
public final class Supervisor {

    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

    private final @Nullable NotifySocket socket;
    private final Optional<Duration> watchdog;

    /** The last change of state, where it could not be said. */
    private final AtomicReference<String> unsaid = new AtomicReference<>("");

    private volatile boolean complained;

    private Supervisor(@Nullable NotifySocket socket, Optional<Duration> watchdog) {
        this.socket = socket;
        this.watchdog = watchdog;
    }

    /**
     * The one that the variables {@code NOTIFY_SOCKET}, {@code WATCHDOG_USEC} and {@code
     * WATCHDOG_PID} name.
     *
     * @param pid our own
     */
    public static Supervisor of(Map<String, String> environment, long pid) {
        String address = environment.getOrDefault("NOTIFY_SOCKET", "");
        if (address.isEmpty()) {
            return new Supervisor(null, Optional.empty());
        }
        try {
            return new Supervisor(NotifySocket.to(address), watchdog(environment, pid));
        } catch (IOException e) {
            LOG.warn("NOTIFY_SOCKET: the service manager cannot be told: {}", e.getMessage());
            return new Supervisor(null, Optional.empty());
        }
    }

    /** sd_watchdog_enabled(3). */
    private static Optional<Duration> watchdog(Map<String, String> environment, long pid) {
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        String whose = environment.getOrDefault("WATCHDOG_PID", "");
        boolean ours = whose.isEmpty() || whose.equals(Long.toString(pid));
        // Fifteen digits are thirty years.
        return ours && micros.matches("0*[1-9][0-9]{0,14}")
                ? Optional.of(Duration.ofNanos(Long.parseLong(micros) * 1_000))
                : Optional.empty();
    }

    /** Whether anybody listens. */
    public boolean isThere() {
        return socket != null;
    }

    /** We are taken for hung when nothing of {@link #alive} comes for so long. */
    public Optional<Duration> watchdog() {
        return watchdog;
    }

    /** Everything that was asked for is served: after the start, and after each reload. */
    public void ready(String status) {
        tellState("READY=1\nSTATUS=" + status);
    }

    /** Another configuration is being read; {@link #ready} says when that is done. */
    public void reloading() {
        tellState("RELOADING=1\nMONOTONIC_USEC=%d\nSTATUS=reloading".formatted(micros()));
    }

    private long micros() {
        return socket == null ? 0 : NotifySocket.monotonicMicros();
    }

    /**
     * We have been told to end, and are about to.
     *
     * @param within so long it may take, whatever the supervisor has thought until now
     */
    public void stopping(Duration within) {
        tellState(
                "STOPPING=1\nEXTEND_TIMEOUT_USEC=%d\nSTATUS=stopping"
                        .formatted(TimeUnit.NANOSECONDS.toMicros(within.toNanos())));
    }

    /** A line for people, who see it in {@code systemctl status}. */
    public void status(String line) {
        String state = unsaid.getAndSet("");
        if (!state.isEmpty()) {
            tellState(state);
        }
        tell("STATUS=" + line);
    }

    /** Nothing hangs. */
    public void alive() {
        tell("WATCHDOG=1");
    }

    private void tellState(String message) {
        unsaid.set(tell(message) ? "" : message);
    }

    /** Whether it could be said, or there is nobody. */
    private boolean tell(String message) {
        int errno = socket == null ? 0 : socket.send(message);
        if (errno != 0 && !complained) {
            complained = true;
            LOG.warn("NOTIFY_SOCKET: the service manager cannot be told for now: errno {}", errno);
        }
        return errno == 0;
    }
}
