package conduit;

import conduit.address.IpLiteral;
import conduit.config.Draining;
import conduit.config.Listener;
import conduit.limits.Seats;
import conduit.systemd.Heartbeat;
import conduit.systemd.Supervisor;
import conduit.transport.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whoever supervises this process how it is: at once what changes, and now and then how much
 * there is to do and that no event loop hangs. Where nobody asks it does nothing. Any thread may
 * tell; timers run on one of the loops, so that they stop where it hangs.
 */
final class Supervision {

    private static final Logger LOG = LoggerFactory.getLogger(Conduit.class);

    /** Often enough for somebody who looks twice. */
    private static final Duration STATUS_INTERVAL = Duration.ofSeconds(5);

    /** Behind the drain: event loops and logs end, on a machine that has a lot to do. */
    private static final Duration LAST_STEPS = Duration.ofSeconds(15);

    private final Supervisor supervisor;
    private final Seats seats;

    private final Transport transport;
    private volatile List<Listener> listeners = List.of();
    private volatile boolean stopping;

    /** Nothing is told yet. */
    Supervision(Transport transport, Seats seats) {
        supervisor = Supervisor.of(System.getenv(), ProcessHandle.current().pid());
        this.transport = transport;
        this.seats = seats;
    }

    /** Everything is bound, and clients are served. */
    void begin(List<Listener> bound) {
        listeners = List.copyOf(bound);
        for (InetSocketAddress address : transport.closeUnclaimed()) {
            LOG.warn(
                    "inherited socket {}:{} is closed: no listener has this address",
                    IpLiteral.withoutPort(address.getAddress()),
                    address.getPort());
        }
        if (supervisor.isThere()) {
            supervisor.ready(status());
            beginTimers();
        }
    }

    private void beginTimers() {
        every(STATUS_INTERVAL, () -> supervisor.status(status()));
        Heartbeat heartbeat =
                new Heartbeat(transport.loops(), transport::onEachLoop, supervisor::alive);
        supervisor.watchdog().ifPresent(watchdog -> every(watchdog.dividedBy(2), heartbeat::ask));
    }

    private void every(Duration interval, Runnable action) {
        long nanos = interval.toNanos();
        transport.nextLoop().scheduleAtFixedRate(action, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    /** A reload has begun; {@link #ready} says when it is done, whatever came of it. */
    void reloading() {
        if (!stopping) {
            supervisor.reloading();
        }
    }

    /** A reload is done, and these are the listeners now. */
    void ready(List<Listener> bound) {
        listeners = List.copyOf(bound);
        if (!stopping) {
            supervisor.ready(status());
        }
    }

    /** Nobody new is wanted; the figures go on until the loops end. */
    void stopping(Draining terms) {
        stopping = true;
        supervisor.stopping(terms.shutdownDelay().plus(terms.timeout()).plus(LAST_STEPS));
    }

    private String status() {
        return String.format(
                Locale.ROOT,
                "%s %s; %,d of %,d connections, %,d accepted so far",
                stopping ? "stopping" : "serving",
                listeners.stream().map(Listener::toString).collect(Collectors.joining(", ")),
                seats.taken(),
                seats.most(),
                seats.accepted());
    }
}
