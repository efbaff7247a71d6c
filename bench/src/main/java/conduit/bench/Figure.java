package conduit.bench;

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
    UPLOAD_RATE(Row.UPLOAD, "upload: GB/s", 2, Better.HIGHER);

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
        return String.format("%,." + decimals + "f", value);
    }
}
