package conduit.config.flags;

import java.util.Locale;

/** How destinations are reached: directly, or through a parent proxy that speaks HTTP or SOCKS5. */
enum UpstreamMode {
    DIRECT,
    HTTP,
    SOCKS5;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
