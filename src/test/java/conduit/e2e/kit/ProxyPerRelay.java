package conduit.e2e.kit;

import conduit.config.RelayMode;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/** A running conduit for each way to relay, started when it is first asked for. */
public final class ProxyPerRelay implements AutoCloseable {

    private final Map<RelayMode, TestProxy> started = new EnumMap<>(RelayMode.class);

    /** The one that relays so. */
    public TestProxy with(RelayMode mode) {
        return started.computeIfAbsent(mode, absent -> TestProxy.with("--relay=" + absent));
    }

    @Override
    public void close() throws IOException {
        TestProxy.closeAll(started.values());
    }
}
