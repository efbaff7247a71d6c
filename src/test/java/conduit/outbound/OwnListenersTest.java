package conduit.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnListenersTest {

    private static final int PORT = 8080;

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, 127.0.0.2, false",
        "127.0.0.1, ::1, false",
        "127.0.0.1, 0.0.0.0, true",
        "127.0.0.1, 192.0.2.1, false",
        "::1, ::1, true",
        "::1, 127.0.0.1, false",
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 0.0.0.0, false",
        "0.0.0.0, 127.0.0.1, true",
        "0.0.0.0, 127.9.9.9, true",
        "0.0.0.0, ::ffff:127.0.0.1, true",
        "0.0.0.0, 0.0.0.0, true",
        "0.0.0.0, ::1, false",
        "0.0.0.0, 192.0.2.1, false",
        "::, ::1, true",
        "::, 127.0.0.1, true",
        "::, ::, true",
        "::, 2001:db8::1, false",
    })
    void knowsWhatComesBackToAListener(String listener, String remote, boolean comesBack) {
        OwnListeners own = new OwnListeners();
        own.add(at(listener, PORT));
        assertThat(own.wouldAccept(at(remote, PORT))).isEqualTo(comesBack);
        assertThat(own.wouldAccept(at(remote, PORT + 1))).isFalse();
    }

    @Test
    void knowsEveryAddressOfThisHost() throws SocketException {
        OwnListeners own = new OwnListeners();
        own.add(at("::", PORT));
        assertThat(NetworkInterface.networkInterfaces())
                .flatMap(card -> card.getInterfaceAddresses())
                .map(InterfaceAddress::getAddress)
                .isNotEmpty()
                .allMatch(address -> own.wouldAccept(new InetSocketAddress(address, PORT)));
    }

    /** A route of type local makes whole networks this machine's own, without an interface. */
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 192.0.2.1, 192.0.2.1, true",
        "::, 192.0.2.1, 192.0.2.1, true",
        "::, 192.0.2.1, 198.51.100.1, false",
        "192.0.2.9, 192.0.2.1, 192.0.2.1, false",
    })
    void knowsAConnectionThatHasComeBackByItsEqualEnds(
            String listener, String remote, String local, boolean cameBack) {
        OwnListeners own = new OwnListeners();
        own.add(at(listener, PORT));
        assertThat(own.hasAccepted(at(remote, PORT), at(local, 50_000))).isEqualTo(cameBack);
        assertThat(own.hasAccepted(at(remote, PORT + 1), at(local, 50_000))).isFalse();
        assertThat(own.hasAccepted(at(remote, PORT), null)).isFalse();
    }

    @Test
    void acceptsNothingBeforeItListens() {
        assertThat(new OwnListeners().wouldAccept(at("127.0.0.1", PORT))).isFalse();
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }
}
