package conduit.config;

import conduit.address.Parsed;
import java.util.Locale;

/** How destinations are reached: directly, or through a parent proxy that speaks HTTP or SOCKS5. */
enum UpstreamMode {
    DIRECT,
    HTTP,
    SOCKS5;

    /** Reads a mode as the help writes it, in lower case. */
    static Parsed<UpstreamMode> parse(String text) {
        for (UpstreamMode mode : values()) {
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
