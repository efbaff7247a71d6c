package conduit.bench;

import java.util.Locale;

/** One line of the table. The order is that of the table. */
enum Figure {
    SETUP_CPU(Row.SETUP, "set-up and close: CPU µs per tunnel", 1, Better.LOWER),
    SETUP_RATE(Row.SETUP, "set-up and close: tunnels per second", 0, Better.HIGHER),
    SETUP_MEDIAN(Row.SETUP, "connect until 64 B echoed: p50, µs", 0, Better.LOWER),
    SETUP_NINETY_NINTH(Row.SETUP, "connect until 64 B echoed: p99, µs", 0, Better.LOWER),
    RTT64_CPU(Row.RTT64, "64 B round trip: CPU µs", 2, Better.LOWER),
    RTT64_RATE(Row.RTT64, "64 B round trips per second", 0, Better.HIGHER),
    RTT64_MEDIAN(Row.RTT64, "64 B round trip, 32 tunnels: p50, µs", 0, Better.LOWER),
    RTT64_NINETY_NINTH(Row.RTT64, "64 B round trip, 32 tunnels: p99, µs", 0, Better.LOWER),
    RTT64_ALONE_MEDIAN(Row.RTT64, "64 B round trip, one tunnel: p50, µs", 0, Better.LOWER),
    RTT64_ALONE_NINETY_NINTH(Row.RTT64, "64 B round trip, one tunnel: p99, µs", 0, Better.LOWER),
    RTT16K_CPU(Row.RTT16K, "16 KiB round trip: CPU µs", 1, Better.LOWER),
    RTT16K_RATE(Row.RTT16K, "16 KiB round trips per second", 0, Better.HIGHER),
    RTT16K_MEDIAN(Row.RTT16K, "16 KiB round trip, 32 tunnels: p50, µs", 0, Better.LOWER),
    RTT16K_NINETY_NINTH(Row.RTT16K, "16 KiB round trip, 32 tunnels: p99, µs", 0, Better.LOWER),
    RTT16K_ALONE_MEDIAN(Row.RTT16K, "16 KiB round trip, one tunnel: p50, µs", 0, Better.LOWER),
    RTT16K_ALONE_NINETY_NINTH(
            Row.RTT16K, "16 KiB round trip, one tunnel: p99, µs", 0, Better.LOWER),
    DOWNLOAD_CPU(Row.DOWNLOAD, "download: CPU s per GB", 3, Better.LOWER),
    DOWNLOAD_RATE(Row.DOWNLOAD, "download: GB/s", 2, Better.HIGHER),
    UPLOAD_CPU(Row.UPLOAD, "upload: CPU s per GB", 3, Better.LOWER),
    UPLOAD_RATE(Row.UPLOAD, "upload: GB/s", 2, Better.HIGHER),
    HTTP_CPU(Row.HTTP, "HTTP request, 1 KiB: CPU µs", 1, Better.LOWER),
    HTTP_RATE(Row.HTTP, "HTTP requests per second", 0, Better.HIGHER),
    HTTP_MEDIAN(Row.HTTP, "HTTP request, 32 clients: p50, µs", 0, Better.LOWER),
    HTTP_NINETY_NINTH(Row.HTTP, "HTTP request, 32 clients: p99, µs", 0, Better.LOWER),
    HTTP_NEW_ORIGINS(Row.HTTP, "connections to the origin per HTTP request", 2, Better.LOWER),
    HTTP_ALLOCATED(Row.HTTP, "heap allocated per HTTP request: B", 0, Better.LOWER),
    HTTP64K_CPU(Row.HTTP64K, "HTTP, 64 KiB: CPU s per GB", 3, Better.LOWER),
    HTTP64K_RATE(Row.HTTP64K, "HTTP, 64 KiB: GB/s", 2, Better.HIGHER),
    HTTP1M_CPU(Row.HTTP1M, "HTTP, 1 MiB: CPU s per GB", 3, Better.LOWER),
    HTTP1M_RATE(Row.HTTP1M, "HTTP, 1 MiB: GB/s", 2, Better.HIGHER),
    HELD_FEW_SETUP(Row.HELD, "set-up and close, 100 held: CPU µs", 1, Better.LOWER),
    HELD_MANY_SETUP(Row.HELD, "set-up and close, 9,000 held: CPU µs", 1, Better.LOWER),
    HELD_FEW_ROUND_TRIP(Row.HELD, "64 B round trip, 100 held: CPU µs", 2, Better.LOWER),
    HELD_MANY_ROUND_TRIP(Row.HELD, "64 B round trip, 9,000 held: CPU µs", 2, Better.LOWER),
    IDLE_FEW_MEMORY(Row.IDLE, "memory per idle tunnel, 3,000: KiB", 2, Better.LOWER),
    IDLE_MANY_MEMORY(Row.IDLE, "memory per idle tunnel, 9,000: KiB", 2, Better.LOWER),
    IDLE_DESCRIPTORS(Row.IDLE, "descriptors per idle tunnel", 3, Better.LOWER),
    HEAP(Row.HEAP, "live heap per idle tunnel: B", 0, Better.LOWER);

    /** Which end of several starts is the worst. */
    enum Better {
        LOWER,
        HIGHER
    }

    private final Row row;
    private final String label;
    private final int decimals;
    private final Better better;

    Figure(Row row, String label, int decimals, Better better) {
        this.row = row;
        this.label = label;
        this.decimals = decimals;
        this.better = better;
    }

    /** With which others it is measured. */
    Row row() {
        return row;
    }

    String label() {
        return label;
    }

    Better better() {
        return better;
    }

    /** With as many digits as mean something. */
    String text(double value) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
