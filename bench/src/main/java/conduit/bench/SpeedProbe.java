package conduit.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/**
 * A process that tells how fast its core is: for each byte on its standard input it prints the
 * nanoseconds that a step of some fixed work takes. It ends with its input, so that it cannot
 * outlive the runner.
 */
final class SpeedProbe {

    /** About a millisecond each, of which the one in the middle counts. */
    private static final int STEPS = 300_000;

    private static final int SLICES = 9;

    /** Until the compiler is done with the loop. */
    private static final int WARM_UP = 50;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private SpeedProbe() {}

    /** Answers until nobody asks any more. */
    public static void main(String[] arguments) throws IOException {
        for (int i = 0; i < WARM_UP; i++) {
            median();
        }
        System.out.println("ready");
        while (System.in.read() >= 0) {
            System.out.println(median());
        }
    }

    private static double median() {
        double[] slices = new double[SLICES];
        for (int i = 0; i < SLICES; i++) {
            slices[i] = slice();
        }
        return Median.of(Arrays.stream(slices));
    }

    /** In processor time of this thread: the proxy is at work on the same core. */
    private static double slice() {
        long begun = THREADS.getCurrentThreadCpuTime();
        if (endsInZero()) {
            throw new IllegalStateException("xorshift does not come to zero");
        }
        return (THREADS.getCurrentThreadCpuTime() - begun) / (double) STEPS;
    }

    /**
     * Six streams of xorshift numbers that do not wait for each other. One alone leaves most of the
     * core unused, so it would hardly notice who else is using it. None ever comes to zero.
     */
    private static boolean endsInZero() {
        long a = 1;
        long b = 2;
        long c = 3;
        long d = 4;
        long e = 5;
        long f = 6;
        for (int i = 0; i < STEPS; i++) {
            a = next(a);
            b = next(b);
            c = next(c);
            d = next(d);
            e = next(e);
            f = next(f);
        }
        return a == 0 || b == 0 || c == 0 || d == 0 || e == 0 || f == 0;
    }

    private static long next(long x) {
        long y = x ^ x << 13;
        y ^= y >>> 7;
        return y ^ y << 17;
    }
}
