package conduit.e2e.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Clients who want to go where nobody listens: a line in the access log for each. */
public final class Refusals {

    private Refusals() {}

    /** One client, who is told so. */
    public static void one(TestProxy proxy, Target closed) throws IOException {
        try (Peer client = Wiring.CONNECT.ask(proxy, closed)) {
            assertThat(Head.read(client.in()).status()).isEqualTo(502);
        }
    }

    /** One after the other; returns how many. */
    public static int until(AtomicBoolean done, TestProxy proxy, Target closed) throws IOException {
        int count = 0;
        while (!done.get()) {
            one(proxy, closed);
            count++;
        }
        return count;
    }
}
