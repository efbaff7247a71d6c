package conduit.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadMXBean;

/** The process and its JVM. Read on the admin thread. */
final class ProcessMetrics {

    private ProcessMetrics() {}

    static void addTo(Gauges gauges) {
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        gauges.gauge(
                "conduit_start_time_seconds",
                "When the process began, in seconds since 1970.",
                () -> runtime.getStartTime() / 1e3);
        gauges.gauge(
                "conduit_uptime_seconds", "How long ago that is.", () -> runtime.getUptime() / 1e3);
        gauges.gauge(
                "conduit_heap_used_bytes",
                "The Java heap, garbage included.",
                () -> memory.getHeapMemoryUsage().getUsed());
        gauges.gauge(
                "conduit_heap_max_bytes",
                "What the Java heap may grow to.",
                () -> memory.getHeapMemoryUsage().getMax());
        gauges.gauge("conduit_threads", "Threads of the JVM.", threads::getThreadCount);
        gauges.counters(
                "conduit_gc_seconds",
                "Time that garbage collection took.",
                series -> {
                    for (GarbageCollectorMXBean collector :
                            ManagementFactory.getGarbageCollectorMXBeans()) {
                        series.call(
                                Math.max(0, collector.getCollectionTime()) / 1e3,
                                collector.getName());
                    }
                },
                "collector");
        gauges.counters(
                "conduit_gc_collections",
                "Garbage collections.",
                series -> {
                    for (GarbageCollectorMXBean collector :
                            ManagementFactory.getGarbageCollectorMXBeans()) {
                        series.call(
                                (double) Math.max(0, collector.getCollectionCount()),
                                collector.getName());
                    }
                },
                "collector");
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os) {
            gauges.gauge(
                    "conduit_descriptors_open",
                    "File descriptors that the process has.",
                    os::getOpenFileDescriptorCount);
            gauges.gauge(
                    "conduit_descriptors_limit",
                    "File descriptors that it may have.",
                    os::getMaxFileDescriptorCount);
            gauges.counter(
                    "conduit_cpu_seconds",
                    "Processor time of the process.",
                    () -> Math.max(0, os.getProcessCpuTime()) / 1e9);
        }
    }
}
