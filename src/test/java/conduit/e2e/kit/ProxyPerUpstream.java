package conduit.e2e.kit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A running conduit for each way to go on, started when it is first asked for. The parent of those
 * that have one is a conduit as well, which goes on directly.
 */
public final class ProxyPerUpstream implements AutoCloseable {

    private final Launch launch;
    private final Map<Upstream, TestProxy> started = new EnumMap<>(Upstream.class);
    private @Nullable TestProxy parent;

    /** All of them, the parent too, are launched like this. */
    public ProxyPerUpstream(Launch launch) {
        this.launch = launch;
    }

    /** All of them, the parent too, have both listeners on 127.0.0.1 and these flags. */
    public static ProxyPerUpstream with(String... flags) {
        return new ProxyPerUpstream(Launch.withBothListeners(flags));
    }

    /** The one that goes on like this. */
    public TestProxy to(Upstream upstream) {
        return started.computeIfAbsent(upstream, this::start);
    }

    /** The one for this way. */
    public TestProxy on(Way way) {
        return to(way.upstream());
    }

    private TestProxy start(Upstream upstream) {
        return nextHop(upstream)
                .map(parent -> launch.with(upstream.flag(Target.of(parent))).start())
                .orElseGet(launch::start);
    }

    /** Where the parent takes such children, if there is one. */
    public Optional<InetSocketAddress> nextHop(Upstream upstream) {
        return upstream == Upstream.DIRECT
                ? Optional.empty()
                : Optional.of(upstream.listener(parent()));
    }

    private TestProxy parent() {
        TestProxy running = parent == null ? launch.start() : parent;
        parent = running;
        return running;
    }

    @Override
    public void close() throws IOException {
        List<TestProxy> all = new ArrayList<>(started.values());
        if (parent != null) {
            all.add(parent);
        }
        TestProxy.closeAll(all);
    }
}
