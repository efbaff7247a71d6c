package conduit.inbound.http.forward;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What an exchange waits for no longer than it must: the first byte of an answer, and the rest of a
 * request that has been answered already. Lives on the client's event loop.
 */
final class ExchangeWaits {

    private final EventLoop loop;
    private @Nullable Future<?> firstByte;
    private @Nullable Future<?> restOfRequest;

    ExchangeWaits(EventLoop loop) {
        this.loop = loop;
    }

    /** Does nothing while that is waited for already. */
    void forFirstByte(Duration longest, Runnable expired) {
        if (firstByte == null) {
            firstByte =
                    loop.schedule(
                            () -> {
                                firstByte = null;
                                expired.run();
                            },
                            longest.toNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    /** Called once. */
    void forRestOfRequest(Duration longest, Runnable expired) {
        restOfRequest = loop.schedule(expired, longest.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Nothing of that is waited for any more, until the next call. */
    void stop() {
        if (firstByte != null) {
            firstByte.cancel(false);
            firstByte = null;
        }
        if (restOfRequest != null) {
            restOfRequest.cancel(false);
            restOfRequest = null;
        }
    }
}
