package conduit;

import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * The signals that the proxy obeys. They are caught before anything else is done, and kept for
 * whoever is to act on them, since each ends a JVM that does not catch it. Those that end conduit
 * too are caught because a JVM exits with 143 then, and a stop as told is a success. Through
 * reflection, because javac warns of sun.misc.Signal in a way that cannot be silenced, and we take
 * warnings for errors.
 */
final class Signals {

    private final Caught terminate;
    private final Caught interrupt;
    private final Caught hangup;
    private final Caught reopen;

    /**
     * Catches them from here on. Where SIGHUP or SIGINT is ignored when conduit starts, as under
     * nohup(1), it stays so.
     *
     * @throws IllegalStateException on a JVM without sun.misc.Signal, or started with -Xrs
     */
    Signals() {
        terminate = new Caught("TERM");
        interrupt = new Caught("INT");
        hangup = new Caught("HUP");
        // The last one: the others are caught by the JVM as well, so that only this one shows in
        // /proc when all are ours.
        reopen = new Caught("USR1");
    }

    /** Has this run at each SIGTERM and SIGINT, on a thread of the JVM's that must not be kept. */
    void onStop(Runnable action) {
        terminate.give(action);
        interrupt.give(action);
    }

    /** Has this run at each SIGUSR1, likewise. */
    void onReopen(Runnable action) {
        reopen.give(action);
    }

    /** Has this run at each SIGHUP, likewise. */
    void onHangup(Runnable action) {
        hangup.give(action);
    }

    /** One of them. */
    private static final class Caught {

        private @Nullable Runnable action;

        /** While nobody acted on it; how often does not matter. */
        private boolean came;

        Caught(String name) {
            handle(signal(name), handler(this::comes));
        }

        private synchronized void comes() {
            came = true;
            actIfItCame();
        }

        synchronized void give(Runnable toRun) {
            action = toRun;
            actIfItCame();
        }

        private void actIfItCame() {
            if (came && action != null) {
                came = false;
                action.run();
            }
        }
    }

    private static Object signal(String name) {
        try {
            return Class.forName("sun.misc.Signal").getConstructor(String.class).newInstance(name);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot handle SIG" + name, e);
        }
    }

    private static Object handler(Runnable action) {
        try {
            return Proxy.newProxyInstance(
                    Signals.class.getClassLoader(),
                    new Class<?>[] {Class.forName("sun.misc.SignalHandler")},
                    (self, method, arguments) -> {
                        action.run();
                        return null;
                    });
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot handle signals", e);
        }
    }

    private static void handle(Object signal, Object handler) {
        try {
            signal.getClass()
                    .getMethod("handle", signal.getClass(), Class.forName("sun.misc.SignalHandler"))
                    .invoke(null, signal, handler);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot handle " + signal + ": is -Xrs given?", e);
        }
    }
}
