package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Background;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Socks5;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tunnels that share one event loop leave each other alone. While the process is paused, many
 * events gather, which it then takes in one batch, in the order in which they happened: descriptors
 * that the first of them close are used again for sockets opened by the next, and the last of them
 * still name the old ones.
 */
class OneLoopTest {

    private static final int MANY = 24;

    @AutoClose private static final TestProxy proxy = TestProxy.with("--threads=1");

    /** A tunnel with both its ends in our hands. */
    private record Ends(Peer client, Peer remote) {
        static Ends open(Wiring wiring, Origin origin) throws IOException {
            Peer client = wiring.open(proxy, origin.target());
            return new Ends(client, origin.accept());
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesNoEventOfAClosedSocketForOneOfTheNextThatIsDialled(Wiring wiring) throws Exception {
        try (Origin origin = Origin.listen();
                Origin brief = Origin.listen().serving(remote -> answerBriefly(wiring, remote))) {
            List<Ends> old = openMany(Wiring.CONNECT, origin);
            List<Peer> dialling = new ArrayList<>();
            for (int i = 0; i < 2 * MANY; i++) {
                dialling.add(greeted(wiring));
            }
            // So that they have been accepted.
            Wiring.SOCKS5.open(proxy, origin.target()).close();

            proxy.pause();
            for (Ends ends : old) {
                ends.client().reset();
            }
            for (Peer client : dialling) {
                client.write(connect(wiring, brief.target()));
            }
            for (Ends ends : old) {
                ends.remote().reset();
            }
            proxy.resume();

            for (Peer client : dialling) {
                assertThat(readAnswer(wiring, client)).isEqualTo("brief");
                client.close();
            }
        }
    }

    /** Its end of stream is also the end of the answer. */
    private static void answerBriefly(Wiring wiring, Peer remote) throws IOException {
        if (wiring == Wiring.FORWARD) {
            Message.request(remote);
            remote.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        }
        remote.write("brief").finish();
        remote.readToEnd();
    }

    private static String readAnswer(Wiring wiring, Peer client) throws IOException {
        if (wiring == Wiring.FORWARD) {
            return Message.reply(client).body();
        }
        expectAcceptedAfterTheGreeting(wiring, client);
        return client.readToEnd();
    }

    /** Its next bytes are what makes the proxy dial. */
    private static Peer greeted(Wiring wiring) throws IOException {
        Peer client = wiring.connect(proxy);
        if (wiring == Wiring.SOCKS5) {
            client.write(Socks5.greeting(Socks5.NO_AUTHENTICATION));
            Socks5.expectNoAuthenticationChosen(client);
        }
        return client;
    }

    private static byte[] connect(Wiring wiring, Target target) {
        return wiring == Wiring.SOCKS5 ? Socks5.connect(target) : wiring.request(target);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "SOCKS5"})
    void mixesNothingUpWhenManyTunnelsEndAndBeginAtOnce(Wiring wiring) throws Exception {
        try (Origin origin = Origin.listen();
                Origin echo = Origin.listen().serving(Origin::echo)) {
            List<Ends> old = openMany(wiring, origin);
            for (int round = 0; round < 8; round++) {
                List<Ends> survivors = openMany(wiring, origin);
                List<Peer> begun = new ArrayList<>();
                for (int i = 0; i < MANY; i++) {
                    begun.add(greeted(wiring));
                }
                proxy.pause();
                for (int i = 0; i < MANY; i++) {
                    Load own = new Load(20_000, 100L * round + i);
                    old.get(i).client().reset();
                    begun.get(i).write(connect(wiring, echo.target()), own.bytes()).finish();
                    Peer accepted = wiring.ask(proxy, echo.target());
                    accepted.write(own.bytes()).finish();
                    begun.add(accepted);
                    survivors.get(i).client().write(own.bytes());
                    old.get(i).remote().reset();
                }
                proxy.resume();
                for (int i = 0; i < 2 * MANY; i++) {
                    Load own = new Load(20_000, 100L * round + i % MANY);
                    if (i < MANY) {
                        expectAcceptedAfterTheGreeting(wiring, begun.get(i));
                    } else {
                        wiring.expectAccepted(begun.get(i));
                    }
                    assertThat(Load.Seen.in(begun.get(i).in())).isEqualTo(own.seen());
                    begun.get(i).close();
                    if (i < MANY) {
                        assertThat(survivors.get(i).remote().read(20_000)).isEqualTo(own.bytes());
                    }
                }
                old = survivors;
            }
        }
    }

    private static void expectAcceptedAfterTheGreeting(Wiring wiring, Peer client)
            throws IOException {
        if (wiring == Wiring.SOCKS5) {
            assertThat(Socks5.Reply.read(client).code()).as("REP").isZero();
        } else {
            wiring.expectAccepted(client);
        }
    }

    private static List<Ends> openMany(Wiring wiring, Origin origin) throws IOException {
        List<Ends> opened = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            opened.add(Ends.open(wiring, origin));
        }
        return opened;
    }

    private static void roundTrip(Peer client) throws IOException {
        assertThat(client.write("ping").readText(4)).isEqualTo("ping");
    }

    @Test
    void streamsWithoutEndLeaveRoomForSmallRoundTrips() throws Exception {
        AtomicLong streamed = new AtomicLong();
        try (Origin source = Origin.listen().serving(OneLoopTest::writeForEver);
                Origin echo = Origin.listen().serving(Origin::echo);
                Peer first = Wiring.SOCKS5.open(proxy, source.target());
                Peer second = Wiring.SOCKS5.open(proxy, source.target());
                Peer small = Wiring.CONNECT.open(proxy, echo.target())) {
            List<Background<Boolean>> sinks =
                    List.of(sink(first, streamed), sink(second, streamed));
            for (int i = 0; i < 300; i++) {
                roundTrip(small);
            }
            // And the streams have their share.
            long sofar = streamed.get();
            while (streamed.get() < sofar + 64 * 1024 * 1024) {
                assertThat(sinks).as("sinks that gave up").noneMatch(Background::isDone);
                roundTrip(small);
            }
        }
    }

    private static void writeForEver(Peer remote) throws IOException {
        byte[] piece = new byte[1024 * 1024];
        while (true) {
            remote.out().write(piece);
        }
    }

    private static Background<Boolean> sink(Peer client, AtomicLong streamed) {
        return Background.doing(() -> {
            byte[] piece = new byte[1024 * 1024];
            for (int read = 0; read >= 0; read = client.in().read(piece)) {
                streamed.addAndGet(read);
            }
        });
    }
}
