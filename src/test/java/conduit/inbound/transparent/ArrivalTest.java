package conduit.inbound.transparent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ArrivalTest {

    private static final InetSocketAddress LISTENER = at("192.0.2.1", 8081);
    private static final InetSocketAddress FAR = at("198.51.100.7", 443);

    @Test
    void aLocalAddressThatIsNotTheListenersIsTheDestinationWhateverConntrackSays() {
        Arrival intercepted = new Arrival.Intercepted(FAR);
        assertThat(Arrival.of(FAR, false, Optional.empty())).isEqualTo(intercepted);
        assertThat(Arrival.of(FAR, false, Optional.of(LISTENER))).isEqualTo(intercepted);
    }

    @Test
    void aConnectionToTheListenerIsRedirectedWhenConntrackKnowsAnotherDestination() {
        assertThat(Arrival.of(LISTENER, true, Optional.of(FAR)))
                .isEqualTo(new Arrival.Redirected(FAR));
    }

    @Test
    void aConnectionToTheListenerWithoutAnotherDestinationCameStraight() {
        assertThat(Arrival.of(LISTENER, true, Optional.empty())).isEqualTo(new Arrival.Straight());
        assertThat(Arrival.of(LISTENER, true, Optional.of(LISTENER)))
                .isEqualTo(new Arrival.Straight());
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }
}
