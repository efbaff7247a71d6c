package conduit.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;

/**
 * The processor time of another process, from the clock that clock_getcpuclockid(3) names: the
 * nanoseconds that the scheduler has counted, user and system, for all threads the process has had,
 * ended ones included. The files in /proc have either ticks of 10 ms or living threads only.
 */
final class CpuClock {

    /** CPUCLOCK_SCHED in the kernel's posix-timers.h; the rest of the id is the inverted pid. */
    private static final int SCHEDULER = 2;

    private static final MethodHandle CLOCK_GETTIME = clockGettime();

    private CpuClock() {}

    @SuppressWarnings("restricted")
    private static MethodHandle clockGettime() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("clock_gettime"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    }

    /** What a process has used so far; nothing when there is no such process any more. */
    static Duration of(long pid) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(ValueLayout.JAVA_LONG, 2);
            int clock = ~(int) pid << 3 | SCHEDULER;
            int result = (int) CLOCK_GETTIME.invokeExact(clock, time);
            if (result != 0) {
                return Duration.ZERO;
            }
            return Duration.ofSeconds(
                    time.getAtIndex(ValueLayout.JAVA_LONG, 0),
                    time.getAtIndex(ValueLayout.JAVA_LONG, 1));
        } catch (Throwable e) { // the signature of invokeExact; clock_gettime throws nothing
            throw new IllegalStateException(e);
        }
    }
}
