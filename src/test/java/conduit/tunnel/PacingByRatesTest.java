package conduit.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.ConnectionLimits;
import conduit.config.Limits;
import conduit.config.Rate;
import conduit.config.Rates;
import conduit.relay.Paces;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Clients are remembered as long as they have a connection, and hardly longer. */
class PacingByRatesTest {

    private static final Rates RATES =
            new Rates(Optional.empty(), Optional.of(new Rate(1_000_000)), Optional.empty());

    private final AtomicLong now = new AtomicLong();
    private final PacingByRates pacing =
            new PacingByRates(new Limits(ConnectionLimits.NONE, RATES), now::get);

    @Test
    void isFreeWithoutRates() {
        assertThat(PacingByRates.of(Limits.NONE).of(InetAddress.getLoopbackAddress()))
                .isSameAs(Paces.FREE);
    }

    @Test
    void remembersAClientWhileItHasAConnection() {
        Paces one = paces("192.0.2.1");
        Paces other = paces("192.0.2.1");
        assertThat(pacing.remembered()).isEqualTo(1);
        one.release().run();
        assertThat(pacing.remembered()).isEqualTo(1);
        other.release().run();
        assertThat(pacing.remembered()).isZero();
    }

    @Test
    void takesANetworkOf64BitsForOneClient() {
        List<Paces> all = new ArrayList<>();
        all.add(paces("2001:db8::1"));
        all.add(paces("2001:db8::ffff:1"));
        assertThat(pacing.remembered()).isEqualTo(1);
        all.add(paces("2001:db8:0:1::1"));
        assertThat(pacing.remembered()).isEqualTo(2);
        all.forEach(paces -> paces.release().run());
        assertThat(pacing.remembered()).isZero();
    }

    /** Otherwise a client would have a new burst with each connection. */
    @Test
    void remembersAClientThatLeftUntilItIsAsGoodAsNew() {
        Paces paces = paces("192.0.2.1");
        long ignored = paces.down().charge(50_000, now.get());
        paces.release().run();
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(49));
        paces("192.0.2.2").release().run();
        assertThat(pacing.remembered()).isEqualTo(1);
        assertThat(paces("192.0.2.1").down().charge(100_000, now.get())).isPositive();
    }

    @Test
    void forgetsThoseThatLeftOwingWhenOthersCome() {
        for (int i = 0; i < 1_000; i++) {
            Paces paces = paces("10.0.%d.%d".formatted(i / 100, i % 100));
            long ignored = paces.down().charge(1_000, now.get());
            paces.release().run();
            now.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
            assertThat(pacing.remembered()).isLessThan(20);
        }
    }

    private Paces paces(String client) {
        return pacing.of(InetAddress.ofLiteral(client));
    }
}
