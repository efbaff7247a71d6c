package conduit;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The signals that conduit obeys. They are caught before anything else is done, and kept for
 * whoever is to act on them, since each ends a JVM that does not catch it. Those that end conduit
 * too are caught because a JVM exits with 143 then, and a stop as told is a success. Through
 * reflection, because javac warns of sun.misc.Signal in a way that cannot be silenced, and we take
 * warnings for errors.
 */
final class Signals {

    private final List<Caught> caught = new ArrayList<>();
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
        terminate = caught("TERM");
        interrupt = caught("INT");
        hangup = caught("HUP");
        // The last one: the others are caught by the JVM as well, so that only this one shows in
        // /proc when all are ours.
        reopen = caught("USR1");
    }

    private Caught caught(String name) {
        Caught one = new Caught(name);
        caught.add(one);
        return one;
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

    /**
     * They mean again what they mean to every program.
     *
     * @return the exit code of a program that one has ended, where one has come meanwhile
     */
    OptionalInt letGo() {
        return caught.stream().map(Caught::letGo).flatMapToInt(OptionalInt::stream).findFirst();
    }

    /** One of them. */
    private static final class Caught {

        /** As shells have it. */
        private static final int ENDED_BY_SIGNAL = 128;

        private final Object signal;
        private final Object before;
        private @Nullable Runnable action;

        /** While nobody acted on it; how often does not matter. */
        private boolean came;

        private boolean letGo;

        Caught(String name) {
            this.signal = signal(name);
            this.before = handle(signal, handler(this::comes));
        }

        private void comes() {
            if (isStillOurs()) {
                return;
            }
            // It was on its way to us already.
            exitCode().ifPresent(System::exit);
        }

        private synchronized boolean isStillOurs() {
            came = true;
            actIfItCame();
            return !letGo;
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

        synchronized OptionalInt letGo() {
            handle(signal, before);
            letGo = true;
            return came ? exitCode() : OptionalInt.empty();
        }

        /** None where whoever started conduit has it ignored. */
        private OptionalInt exitCode() {
            return before.equals(ignoring())
                    ? OptionalInt.empty()
                    : OptionalInt.of(ENDED_BY_SIGNAL + number(signal));
        }
    }

    private static Object signal(String name) {
        try {
            return Class.forName("sun.misc.Signal").getConstructor(String.class).newInstance(name);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot handle SIG" + name, e);
        }
    }

    private static int number(Object signal) {
        try {
            return (int) signal.getClass().getMethod("getNumber").invoke(signal);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot tell the number of " + signal, e);
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

    private static Object ignoring() {
        try {
            return Objects.requireNonNull(
                    Class.forName("sun.misc.SignalHandler").getField("SIG_IGN").get(null));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot handle signals", e);
        }
    }

    /** The handler before. */
    private static Object handle(Object signal, Object handler) {
        try {
            return signal.getClass()
                    .getMethod("handle", signal.getClass(), Class.forName("sun.misc.SignalHandler"))
                    .invoke(null, signal, handler);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot handle " + signal + ": is -Xrs given?", e);
        }
    }
}
