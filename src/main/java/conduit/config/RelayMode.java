package conduit.config;

import conduit.address.Parsed;
import java.util.Locale;

/** How a relay moves bytes through the kernel. */
public enum RelayMode {
    /** Copies while little comes at a time, splices while a stream fills whole buffers. */
    AUTO,
    /** Always splices, as long as there are pipes to be had. */
    SPLICE,
    /** Always copies. */
    COPY;

    /** Reads a mode as the help writes it, in lower case. */
    static Parsed<RelayMode> parse(String text) {
        for (RelayMode mode : values()) {
            if (mode.toString().equals(text)) {
                return Parsed.valid(mode);
            }
        }
        return Parsed.invalid("there is no such mode");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
