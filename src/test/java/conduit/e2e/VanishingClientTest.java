package conduit.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.Blackhole;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A client may go at any moment, politely or not. Whatever was open for it is closed: after every
 * test the proxy has as many descriptors as at the start.
 */
class VanishingClientTest {

    @AutoClose
    private static final TestProxy proxy =
            TestProxy.with("--dial-timeout=10m", "--negotiation-timeout=10m");

    private static int descriptorsAtTheStart;

    /** How a client goes. */
    enum Exit {
        FIN {
            @Override
            void leave(Peer client) throws IOException {
                client.close();
            }
        },
        RESET {
            @Override
            void leave(Peer client) throws IOException {
                client.reset();
            }
        };

        abstract void leave(Peer client) throws IOException;
    }

    record Departure(Wiring wiring, Exit exit) {
        @Override
        public String toString() {
            return wiring + " by " + exit;
        }
    }

    static Stream<Departure> every() {
        return Arrays.stream(Wiring.values())
                .flatMap(wiring ->
                        Arrays.stream(Exit.values()).map(exit -> new Departure(wiring, exit)));
    }

    static Stream<Departure> tunnels() {
        return every().filter(departure -> departure.wiring() != Wiring.FORWARD);
    }

    @BeforeAll
    static void useEverythingOnce() throws IOException {
        try (Origin origin = Origin.listen().serving(Origin::echo)) {
            for (int i = 0; i < 8; i++) {
                Wiring.CONNECT.open(proxy, origin.target()).close();
                Wiring.SOCKS5.open(proxy, origin.target()).close();
            }
        }
        descriptorsAtTheStart = proxy.descriptorsAtRest();
    }

    @AfterEach
    void everyDescriptorIsBack() {
        proxy.awaitDescriptors(descriptorsAtTheStart);
    }

    @ParameterizedTest
    @MethodSource("every")
    void afterConnecting(Departure departure) throws IOException {
        departure.exit().leave(departure.wiring().connect(proxy));
    }

    @ParameterizedTest
    @MethodSource("every")
    void withinTheRequest(Departure departure) throws IOException {
        try (Origin origin = Origin.listen()) {
            byte[] request = departure.wiring().request(origin.target());
            for (int length = 1; length < request.length; length++) {
                Peer client = departure.wiring().connect(proxy);
                client.write(Arrays.copyOf(request, length));
                departure.exit().leave(client);
            }
            proxy.awaitDescriptors(descriptorsAtTheStart);
            origin.expectUntouched();
        }
    }

    @ParameterizedTest
    @MethodSource("every")
    void whileTheProxyDials(Departure departure) throws IOException {
        try (Blackhole nowhere = Blackhole.open()) {
            Peer client = departure.wiring().ask(proxy, nowhere.target());
            proxy.awaitDescriptorsAtLeast(descriptorsAtTheStart + 2);
            departure.exit().leave(client);

            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.outcome()).as("%s", line).isEqualTo("client-left");
            assertThat(line.by()).as("%s", line).isEqualTo("client");
            assertThat(line.phase()).as("%s", line).isEqualTo("connect");
            assertThat(line.destination()).isEqualTo(nowhere.target().authority());
            proxy.awaitDescriptors(descriptorsAtTheStart);
        }
    }

    @ParameterizedTest
    @MethodSource("tunnels")
    void rightAfterTheTunnelStands(Departure departure) throws IOException {
        try (Origin origin = Origin.listen()) {
            Peer client = departure.wiring().open(proxy, origin.target());
            departure.exit().leave(client);
            try (Peer remote = origin.accept()) {
                remote.expectClosed();
            }
            proxy.accessLineOf(client);
        }
    }

    @ParameterizedTest
    @MethodSource("tunnels")
    void whileItReceives(Departure departure) throws Exception {
        try (Origin origin = Origin.listen()) {
            Peer client = departure.wiring().open(proxy, origin.target());
            Peer remote = origin.accept();
            Background<Boolean> flood = flood(remote);
            client.read(1_000_000);
            departure.exit().leave(client);
            flood.endsSomehow();
            assertThat(proxy.accessLineOf(client).outcome()).isEqualTo("reset");
        }
    }

    @ParameterizedTest
    @MethodSource("every")
    void whileItSends(Departure departure) throws Exception {
        try (Origin origin = Origin.listen()) {
            Peer client = departure.wiring().connect(proxy);
            client.write(sendingRequest(departure.wiring(), origin));
            Background<Boolean> flood = flood(client);
            Peer remote = origin.accept();
            remote.read(1_000_000);
            departure.exit().leave(client);
            flood.endsSomehow();
            remote.readToClose();
            remote.close();
            proxy.accessLineOf(client);
        }
    }

    private static byte[] sendingRequest(Wiring wiring, Origin origin) {
        return wiring != Wiring.FORWARD
                ? wiring.request(origin.target())
                : "PUT %s HTTP/1.1\r\nHost: %s\r\nContent-Length: 999999999999\r\n\r\n"
                        .formatted(origin.target().url("/"), origin.target().authority())
                        .getBytes(ISO_8859_1);
    }

    @ParameterizedTest
    @MethodSource("every")
    void whileItWaitsForTheOrigin(Departure departure) throws IOException {
        try (Origin origin = Origin.listen()) {
            Peer client = departure.wiring().ask(proxy, origin.target());
            Peer remote = origin.accept();
            departure.exit().leave(client);
            if (departure.exit() == Exit.RESET) {
                remote.readToClose();
            }
            remote.close();
            proxy.accessLineOf(client);
        }
    }

    /** Writes until writing fails. */
    private static Background<Boolean> flood(Peer from) throws IOException {
        OutputStream out = from.out();
        return Background.doing(() -> new Load(Long.MAX_VALUE, 1).writeTo(out));
    }
}
