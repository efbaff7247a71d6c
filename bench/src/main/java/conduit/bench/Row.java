package conduit.bench;

import java.time.Duration;
import java.util.Locale;

/** What is measured together, each time on a freshly started proxy. */
enum Row {
    SETUP(20),
    RTT64(10),
    RTT16K(5),
    DOWNLOAD(5),
    UPLOAD(5),
    HTTP(15),
    HTTP64K(15),
    HTTP1M(10),
    HELD(20),
    IDLE(0),
    HEAP(0);

    /** A compiled proxy has to fill its pools, and the load to settle. */
    private static final Duration NATIVE_WARM_UP = Duration.ofSeconds(1);

    private final Duration jvmWarmUp;

    /**
     * Makes one.
     *
     * @param jvmWarmUpSeconds what a whole run of 25 minutes has room for; --warm-up tries others
     */
    Row(int jvmWarmUpSeconds) {
        this.jvmWarmUp = Duration.ofSeconds(jvmWarmUpSeconds);
    }

    Duration warmUp(Candidate.Engine engine) {
        return switch (engine) {
            case NATIVE -> NATIVE_WARM_UP;
            case JVM -> jvmWarmUp;
        };
    }

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
