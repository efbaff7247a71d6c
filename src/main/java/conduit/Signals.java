package conduit;

import java.lang.reflect.Proxy;

/**
 * The signals that conduit obeys. Those that end it are handled by ourselves, since a JVM that a
 * signal ends by default exits with 143, and a stop as told is a success. Through reflection,
 * because javac warns of sun.misc.Signal in a way that cannot be silenced, and we take warnings for
 * errors.
 */
final class Signals {

    private Signals() {}

    /**
     * Has this run at each SIGTERM and SIGINT, on a thread of the JVM's that must not be kept.
     *
     * @throws IllegalStateException on a JVM without sun.misc.Signal, or started with -Xrs
     */
    static void onStop(Runnable action) {
        on("TERM", action);
        on("INT", action);
    }

    /**
     * Runs this for each SIGUSR1, which without it would end the process.
     *
     * @throws IllegalStateException as above
     */
    static void onReopen(Runnable action) {
        on("USR1", action);
    }

    /**
     * Has this run at each SIGHUP, on a thread of the JVM's that must not be kept. Where SIGHUP is
     * ignored when conduit starts, as under nohup(1), it stays so.
     *
     * @throws IllegalStateException on a JVM without sun.misc.Signal, or started with -Xrs
     */
    static void onHangup(Runnable action) {
        on("HUP", action);
    }

    private static void on(String name, Runnable action) {
        try {
            handle(name, action);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot handle SIG" + name, e);
        }
    }

    private static void handle(String name, Runnable action) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object proxy =
                Proxy.newProxyInstance(
                        Signals.class.getClassLoader(),
                        new Class<?>[] {handler},
                        (self, method, arguments) -> {
                            action.run();
                            return null;
                        });
        Object named = signal.getConstructor(String.class).newInstance(name);
        signal.getMethod("handle", signal, handler).invoke(null, named, proxy);
    }
}
