package conduit.outbound.pool;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.tunnel.Connector;
import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When an attempt is made once more. */
class MakingWayTest {

    private static final Refused SHORT = Refused.of(Refusal.OUT_OF_DESCRIPTORS, "none left");

    private final List<Connector.Caller> attempts = new ArrayList<>();
    private final List<String> seen = new ArrayList<>();
    private boolean someAreIdle = true;

    private final class Attempt implements Connector.Attempt {
        private final int number = attempts.size();

        @Override
        public void cancel() {
            seen.add("cancelled " + number);
        }

        @Override
        public Phase phase() {
            return Phase.LOOKUP;
        }
    }

    private final class Caller implements Connector.Caller {
        @Override
        public void entered(Phase phase) {
            seen.add(phase.label());
        }

        @Override
        public void connected(Connector.Remote remote) {
            seen.add("connected");
        }

        @Override
        public void failed(Refused refused) {
            seen.add(refused.refusal().label());
        }
    }

    private Connector.Attempt connect(Connector.Caller caller) {
        attempts.add(caller);
        return new Attempt();
    }

    /** Fails before it returns. */
    private Connector.Attempt failAtOnce(Connector.Caller caller) {
        Connector.Attempt attempt = connect(caller);
        if (attempts.size() == 1) {
            caller.failed(SHORT);
        }
        return attempt;
    }

    private boolean makeWay() {
        seen.add("make way");
        return someAreIdle;
    }

    @Test
    void isOnceWhenIdleConnectionsHaveMadeWay() {
        new MakingWay(this::connect, this::makeWay, new Caller()).begin();
        attempts.getLast().failed(SHORT);
        assertThat(seen).containsExactly("make way");
        assertThat(attempts).hasSize(2);
        attempts.getLast().failed(SHORT);
        assertThat(seen).containsExactly("make way", "out-of-descriptors");
        assertThat(attempts).hasSize(2);
    }

    @Test
    void isNotWhenThereAreNone() {
        someAreIdle = false;
        new MakingWay(this::connect, this::makeWay, new Caller()).begin();
        attempts.getLast().failed(SHORT);
        assertThat(seen).containsExactly("make way", "out-of-descriptors");
    }

    @Test
    void isNotForAnotherReason() {
        new MakingWay(this::connect, this::makeWay, new Caller()).begin();
        attempts.getLast().failed(Refused.of(Refusal.CONNECTION_REFUSED, "no"));
        new MakingWay(this::connect, this::makeWay, new Caller()).begin();
        attempts.getLast().failed(SHORT.by(Party.PARENT));
        assertThat(seen).containsExactly("connection-refused", "out-of-descriptors");
    }

    @Test
    void canBeCancelledAlsoWhenTheFirstFailedAtOnce() {
        Connector.Attempt whole =
                new MakingWay(this::failAtOnce, this::makeWay, new Caller()).begin();
        assertThat(whole.phase()).isEqualTo(Phase.LOOKUP);
        whole.cancel();
        assertThat(seen).containsExactly("make way", "cancelled 2");
    }
}
