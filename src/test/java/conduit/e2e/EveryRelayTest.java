package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.RelayMode;
import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.ProxyPerRelay;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Traffic;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whichever way bytes are moved, none is lost and nothing is left behind. */
class EveryRelayTest {

    /** So many bytes fill one slot of a pipe and, as TCP_MAXSEG, one segment. */
    private static final int TINY = 88;

    /** Long enough for the sender to be done, or stuck, before anybody reads. */
    private static final int NAP_MILLIS = 300;

    @AutoClose private static final ProxyPerRelay proxies = new ProxyPerRelay();

    /**
     * A pipe of 64 slots is full at 5,632 bytes then, while much more waits in the socket. Two
     * senders take turns, since neighbouring pieces of one sender would share a slot.
     */
    @ParameterizedTest
    @EnumSource
    void carriesTinySegmentsToAReaderThatSleepsAtFirst(RelayMode mode) throws Exception {
        Load load = new Load(12_000 * TINY, 1);
        byte[] bytes = load.bytes();
        try (Origin origin = Origin.listen();
                Peer one = Wiring.CONNECT.open(proxies.with(mode), origin.target());
                Peer other = Wiring.SOCKS5.open(proxies.with(mode), origin.target())) {
            List<Background<Load.Seen>> readers =
                    List.of(readingLate(origin.accept()), readingLate(origin.accept()));
            for (int from = 0; from < bytes.length; from += TINY) {
                one.out().write(bytes, from, TINY);
                other.out().write(bytes, from, TINY);
            }
            one.finish();
            other.finish();
            for (Background<Load.Seen> reader : readers) {
                assertThat(reader.result()).isEqualTo(load.seen());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void deliversEveryByteBeforeTheEndToAReaderThatSleepsAtFirst(RelayMode mode) throws Exception {
        try (Origin origin = Origin.listen()) {
            List<Background<Boolean>> tunnels = new ArrayList<>();
            for (int megabytes : List.of(1, 4, 16)) {
                Load load = Load.ofMegabytes(megabytes, megabytes);
                tunnels.add(halfCloseBothWays(mode, origin, load, First.CLIENT));
                tunnels.add(halfCloseBothWays(mode, origin, load, First.REMOTE));
            }
            for (Background<Boolean> tunnel : tunnels) {
                tunnel.result();
            }
        }
    }

    private enum First {
        CLIENT,
        REMOTE
    }

    private static Background<Boolean> halfCloseBothWays(
            RelayMode mode, Origin origin, Load load, First first) throws IOException {
        TestProxy proxy = proxies.with(mode);
        Peer client = Wiring.SOCKS5.open(proxy, origin.target());
        Peer remote = origin.accept();
        return Background.doing(() -> {
            try (client;
                    remote) {
                Peer earlier = first == First.CLIENT ? client : remote;
                Peer later = first == First.CLIENT ? remote : client;
                passesAllOn(load, earlier, later);
                passesAllOn(load, later, earlier);
                AccessLine line = proxy.accessLineOf(client);
                assertThat(line.outcome()).as("%s", line).isEqualTo("completed");
                assertThat(line.by()).as("%s", line).isEqualToIgnoringCase(first.name());
                assertThat(line.up()).as("%s", line).isEqualTo(load.size());
                assertThat(line.down()).as("%s", line).isEqualTo(load.size());
            }
        });
    }

    private static void passesAllOn(Load load, Peer sender, Peer receiver) throws Exception {
        Background<Load.Seen> reading = readingLate(receiver);
        load.sendAndFinish(sender).result();
        assertThat(reading.result()).isEqualTo(load.seen());
    }

    private static Background<Load.Seen> readingLate(Peer reader) {
        return Background.of(() -> {
            Thread.sleep(NAP_MILLIS);
            return Load.Seen.in(reader.in());
        });
    }

    @ParameterizedTest
    @EnumSource
    void everyDescriptorComesBackFromTunnelsClosedAtRandomMoments(RelayMode mode) throws Exception {
        TestProxy proxy = proxies.with(mode);
        try (Traffic traffic = Traffic.through(proxy)) {
            traffic.warmUp();
            int before = proxy.descriptorsAtRest();
            System.out.println("random ends, " + mode + ": " + traffic.play(500, 32));
            proxy.awaitDescriptors(before);
        }
    }
}
