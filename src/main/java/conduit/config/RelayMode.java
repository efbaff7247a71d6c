package conduit.config;

import java.util.Locale;

/** How a relay moves bytes through the kernel. */
public enum RelayMode {
    /** Copies while little comes at a time, splices while a stream fills whole buffers. */
    AUTO,
    /** Always splices, as long as there are pipes to be had. */
    SPLICE,
    /** Always copies. */
    COPY;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
