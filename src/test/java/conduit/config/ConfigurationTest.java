package conduit.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import conduit.config.rules.Policing;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Timeouts TIMEOUTS = new Timeouts(SECOND, SECOND, SECOND, Optional.empty());

    @Test
    void copiesItsListeners() {
        List<Listener> listeners = new ArrayList<>(List.of(http("127.0.0.1", 8080)));
        Configuration configuration = configuration(listeners);
        listeners.clear();
        assertThat(configuration.listeners()).containsExactly(http("127.0.0.1", 8080));
    }

    @Test
    void needsAListener() {
        assertThatIllegalArgumentException().isThrownBy(() -> configuration(List.of()));
    }

    @Test
    void refusesAnAddressListedTwiceWhateverIsSpokenThere() {
        List<Listener> twice = List.of(http("127.0.0.1", 8080), socks5("127.0.0.1", 8080));
        assertThatIllegalArgumentException().isThrownBy(() -> configuration(twice));
    }

    @Test
    void takesManyFreePortsOnOneAddress() {
        List<Listener> twice = List.of(http("127.0.0.1", 0), http("127.0.0.1", 0));
        assertThat(configuration(twice).listeners()).isEqualTo(twice);
    }

    @Test
    void refusesAListenerWithAName() {
        InetSocketAddress name = InetSocketAddress.createUnresolved("localhost", 80);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Listener(Listener.Protocol.HTTP, name));
    }

    @Test
    void writesAListenerWithItsProtocol() {
        assertThat(http("127.0.0.1", 8080)).hasToString("http 127.0.0.1:8080");
        assertThat(socks5("::1", 1080)).hasToString("socks5 [::1]:1080");
    }

    @Test
    void refusesTimeoutsThatAreNotPositive() {
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofMillis(-1))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Timeouts(wrong, SECOND, SECOND, Optional.empty()))
                    .withMessageStartingWith("dial");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Timeouts(SECOND, wrong, SECOND, Optional.empty()))
                    .withMessageStartingWith("negotiation");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Timeouts(SECOND, SECOND, wrong, Optional.empty()))
                    .withMessageStartingWith("httpIdle");
        }
    }

    @Test
    void refusesNameServersThatCannotBeAskedAndCachesWithoutMeasure() {
        InetSocketAddress name = InetSocketAddress.createUnresolved("dns.test", 53);
        for (InetSocketAddress wrong : List.of(name, address("192.0.2.53", 0))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Resolving(List.of(wrong), 0))
                    .withMessageStartingWith("servers");
        }
        for (int wrong : new int[] {-1, 1_000_001}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Resolving(List.of(), wrong))
                    .withMessageStartingWith("cacheEntries");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, PT1S, 1, idle",
        "PT-1S, PT1S, 1, idle",
        "PT1.5S, PT1S, 1, idle",
        "PT32768S, PT1S, 1, idle",
        "PT1S, PT0S, 1, interval",
        "PT1S, PT32768S, 1, interval",
        "PT1S, PT1S, 0, count",
        "PT1S, PT1S, 128, count",
    })
    void refusesKeepAliveTimesTheKernelWouldRefuse(
            Duration idle, Duration interval, int count, String named) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KeepAlive.Every(idle, interval, count))
                .withMessageStartingWith(named);
    }

    @ParameterizedTest
    @CsvSource({
        "1023, 1024, 20, requestLine",
        "1048577, 1024, 20, requestLine",
        "1024, 1023, 20, headerSize",
        "1024, 1048577, 20, headerSize",
        "1024, 1024, 19, headerFields",
        "1024, 1024, 10001, headerFields",
    })
    void refusesLimitsOutOfTheirRange(int line, int size, int fields, String named) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HttpLimits(line, size, fields))
                .withMessageStartingWith(named);
    }

    private static Configuration configuration(List<Listener> listeners) {
        return new Configuration(
                listeners,
                Optional.empty(),
                new Upstream.Direct(),
                Optional.empty(),
                Policing.DEFAULT,
                new Resolving(List.of(), 0),
                TIMEOUTS,
                new KeepAlive.Off(),
                Dialling.AS_THE_KERNEL_LIKES,
                new Reuse(100, 2048),
                HttpLimits.DEFAULT,
                new Pseudonym.None(),
                new Relaying(RelayMode.AUTO, TunnelTimeouts.NONE, 2),
                Limits.NONE,
                Logging.DEFAULT,
                Watching.NOTHING,
                UnderWay.GOES_ON,
                new Draining(Duration.ZERO, Duration.ZERO),
                Optional.empty());
    }

    private static Listener http(String address, int port) {
        return new Listener(Listener.Protocol.HTTP, address(address, port));
    }

    private static Listener socks5(String address, int port) {
        return new Listener(Listener.Protocol.SOCKS5, address(address, port));
    }

    private static InetSocketAddress address(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }
}
