package conduit.metrics;

import conduit.tunnel.Census;
import conduit.tunnel.Journal;
import io.netty.channel.EventLoop;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Everything that is told to Prometheus. Made before the first connection; counts on event loops,
 * and is read on the admin thread.
 */
public final class Metrics {

    /** Of what {@link #text} returns. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Gauges gauges = new Gauges(registry);
    private final CensusMetrics census = new CensusMetrics(gauges);

    /** With what every process has; more comes by {@link #gauges}. */
    public Metrics() {
        ProcessMetrics.addTo(gauges);
    }

    /** Counts what is written down there, on its way. */
    public Journal counting(Journal next) {
        return new TrafficMetrics(next, registry);
    }

    /** Watches these event loops from now on. */
    public void watch(List<EventLoop> loops) {
        new LoopMetrics(loops, registry, gauges).start();
    }

    /** Tells which configuration is in force; this one, as it is written out. */
    public ConfigurationMetrics configuration(String effective) {
        return new ConfigurationMetrics(effective, gauges);
    }

    /** For what others keep. */
    public Gauges gauges() {
        return gauges;
    }

    /** All of it, with what a census has just found, as Prometheus reads it. */
    public byte[] text(Census found) {
        census.found(found);
        ByteArrayOutputStream text = new ByteArrayOutputStream(32 * 1024);
        try {
            PrometheusTextFormatWriter.create()
                    .write(text, registry.scrape(), EscapingScheme.ALLOW_UTF8);
        } catch (IOException e) {
            throw new UncheckedIOException("memory is always written to", e);
        }
        return text.toByteArray();
    }
}
