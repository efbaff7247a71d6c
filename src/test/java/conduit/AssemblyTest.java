package conduit;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.Assembly.Assembled;
import conduit.config.Configuration;
import conduit.outbound.OwnListeners;
import conduit.transport.Transport;
import conduit.tunnel.Pacing;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AssemblyTest {

    /** New buckets would be full ones, and those of before would still be drawn from. */
    @Test
    void newLimitsOfConnectionsLeaveTheRatesAlone() {
        String listener = "--http-listen=127.0.0.1:0";
        String rate = "--max-rate-total=200K";
        Configuration first = Configured.by(listener, rate);
        try (Transport transport = Assembly.transport(first)) {
            Assembly assembly = new Assembly(transport, _ -> {});
            Assembled before = assembly.begin(first, Optional.empty(), new OwnListeners());
            Configuration more = Configured.by(listener, rate, "--max-connections=7");
            assertThat(pacing(assembly, before, more)).isSameAs(before.terms().ways().pacing());
            Configuration faster = Configured.by(listener, "--max-rate-total=300K");
            assertThat(pacing(assembly, before, faster))
                    .isNotSameAs(before.terms().ways().pacing());
        }
    }

    private static Pacing pacing(Assembly assembly, Assembled before, Configuration next) {
        return assembly.next(before, next, Optional.empty(), Optional.empty())
                .terms()
                .ways()
                .pacing();
    }
}
