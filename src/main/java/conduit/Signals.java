package conduit;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The signals that conduit is told something by. Handled by ourselves, since a JVM that a signal
 * ends by default exits with 143, and a stop as told is a success. Through reflection, because
 * javac warns of sun.misc.Signal in a way that cannot be silenced, and we take warnings for errors.
 */
final class Signals {

    private Signals() {}

    /**
     * Falls to zero at the first SIGTERM or SIGINT.
     *
     * @throws IllegalStateException on a JVM without sun.misc.Signal, or started with -Xrs
     */
    static CountDownLatch stop() {
        CountDownLatch told = new CountDownLatch(1);
        for (String name : List.of("TERM", "INT")) {
            try {
                onSignal(name, told::countDown);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot handle SIG" + name, e);
            }
        }
        return told;
    }

    /**
     * Runs this for each SIGUSR1, which without it would end the process.
     *
     * @throws IllegalStateException as above
     */
    static void reopen(Runnable action) {
        try {
            onSignal("USR1", action);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot handle SIGUSR1", e);
        }
    }

    private static void onSignal(String name, Runnable action) throws ReflectiveOperationException {
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
