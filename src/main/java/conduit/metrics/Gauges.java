package conduit.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/** Puts numbers into a registry that somebody else keeps, and that are read at each scrape. */
public final class Gauges {

    private final PrometheusRegistry registry;

    Gauges(PrometheusRegistry registry) {
        this.registry = registry;
    }

    /** What goes up and down. */
    public Gauges gauge(String name, String help, DoubleSupplier value) {
        return gauges(name, help, callback -> callback.call(value.getAsDouble()));
    }

    /** The same with labels. */
    Gauges gauges(
            String name,
            String help,
            Consumer<GaugeWithCallback.Callback> values,
            String... labels) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .callback(values)
                .register(registry);
        return this;
    }

    /**
     * What only goes up.
     *
     * @param name without {@code _total}, which is added
     */
    public Gauges counter(String name, String help, DoubleSupplier value) {
        return counters(name, help, callback -> callback.call(value.getAsDouble()));
    }

    /** The same with labels. */
    Gauges counters(
            String name,
            String help,
            Consumer<CounterWithCallback.Callback> values,
            String... labels) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .callback(values)
                .register(registry);
        return this;
    }
}
