package conduit.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.EveryTunnel;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.ProxyPerUpstream;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Upstream;
import conduit.e2e.kit.Way;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A tunnel carries every byte, whoever speaks first and however early. */
class TunnelDataTest {

    @AutoClose private static final ProxyPerUpstream proxies = ProxyPerUpstream.with();

    @EveryTunnel
    void carriesThirtyTwoMegabytesEachWayAtOnce(Way way) throws Exception {
        Load up = Load.ofMegabytes(32, 1);
        Load down = Load.ofMegabytes(32, 2);
        try (Origin origin = way.origin();
                Peer client = way.open(proxies, origin)) {
            Peer remote = origin.accept();
            Background<Boolean> uploading = up.sendAndFinish(client);
            Background<Boolean> downloading = down.sendAndFinish(remote);
            Background<Load.Seen> atTheOrigin = Background.of(() -> Load.Seen.in(remote.in()));

            assertThat(Load.Seen.in(client.in())).isEqualTo(down.seen());
            assertThat(atTheOrigin.result()).isEqualTo(up.seen());
            uploading.result();
            downloading.result();

            AccessLine line = proxies.on(way).accessLineOf(client);
            assertThat(line.outcome()).as("%s", line).isEqualTo("completed");
            assertThat(line.destination()).as("%s", line).isEqualTo(origin.target().authority());
            assertThat(line.remote())
                    .as("%s", line)
                    .isEqualTo(proxies.nextHop(way.upstream()).orElse(remote.address()));
            assertThat(line.up()).as("%s", line).isEqualTo(up.size());
            assertThat(line.down()).as("%s", line).isEqualTo(down.size());
        }
    }

    @EveryTunnel
    void carriesManySmallMessagesBackAndForth(Way way) throws IOException {
        try (Origin origin = way.origin().serving(Origin::echo);
                Peer client = way.open(proxies, origin)) {
            for (int i = 0; i < 500; i++) {
                String message = "message " + i;
                assertThat(client.write(message).readText(message.length())).isEqualTo(message);
            }
        }
    }

    @EveryTunnel
    void deliversBytesSentTogetherWithTheRequest(Way way) throws IOException {
        try (Origin origin = way.origin();
                Peer client = way.wiring().connect(proxies.on(way))) {
            client.write(way.wiring().request(origin.target()), bytes("early"));
            Peer remote = origin.accept();
            assertThat(remote.readText(5)).isEqualTo("early");
            way.wiring().expectAccepted(client);
            client.write(" late").finish();
            assertThat(remote.readToEnd()).isEqualTo(" late");
        }
    }

    @EveryTunnel
    void deliversBytesSentTogetherWithTheRequestAndTheEndOfStream(Way way) throws IOException {
        try (Origin origin = way.origin();
                Peer client = way.wiring().connect(proxies.on(way))) {
            client.write(way.wiring().request(origin.target()), bytes("early")).finish();
            Peer remote = origin.accept();
            assertThat(remote.readToEnd()).isEqualTo("early");
            remote.write("and the answer").finish();
            way.wiring().expectAccepted(client);
            assertThat(client.readToEnd()).isEqualTo("and the answer");
            assertThat(proxies.on(way).accessLineOf(client).up()).isEqualTo(5);
        }
    }

    @EveryTunnel
    void deliversMegabytesSentBeforeTheAnswerWasRead(Way way) throws Exception {
        Load early = Load.ofMegabytes(4, 3);
        try (Origin origin = way.origin();
                Peer client = way.wiring().ask(proxies.on(way), origin.target())) {
            Background<Boolean> uploading = early.sendAndFinish(client);
            assertThat(Load.Seen.in(origin.accept().in())).isEqualTo(early.seen());
            uploading.result();
            way.wiring().expectAccepted(client);
        }
    }

    @EveryTunnel
    void deliversWhatTheOriginSaysFirst(Way way) throws IOException {
        String banner = "220 ready\r\n";
        try (Origin origin = way.origin().serving(peer -> Origin.echo(peer.write(banner)));
                Peer client = way.open(proxies, origin)) {
            assertThat(client.readText(banner.length())).isEqualTo(banner);
            assertThat(client.write("hello").readText(5)).isEqualTo("hello");
        }
    }

    @EveryTunnel
    void deliversWhatTheOriginSaysFirstAndLast(Way way) throws IOException {
        try (Origin origin = way.origin().serving(peer -> peer.write("too busy").finish());
                Peer client = way.open(proxies, origin)) {
            assertThat(client.readToEnd()).isEqualTo("too busy");
            client.finish();
            assertThat(proxies.on(way).accessLineOf(client).down()).isEqualTo(8);
        }
    }

    /** More than a read, and whoever has finished has done so before the relay begins. */
    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true", "true, true"})
    void deliversWhatBothSidesSaidBeforeTheTunnelStood(boolean clientDone, boolean remoteDone)
            throws IOException {
        byte[] request = new Load(100_000, 4).bytes();
        byte[] greeting = new Load(100_000, 5).bytes();
        for (Way way : Way.tunnels().toList()) {
            try (Origin origin = way.origin();
                    Peer client = way.wiring().connect(proxies.on(way))) {
                client.write(way.wiring().request(origin.target()), request);
                finishIf(clientDone, client);
                Peer remote = origin.accept().write(greeting);
                finishIf(remoteDone, remote);
                way.wiring().expectAccepted(client);
                assertThat(remote.read(request.length)).isEqualTo(request);
                assertThat(client.read(greeting.length)).isEqualTo(greeting);
                finishIf(!clientDone, client);
                finishIf(!remoteDone, remote);
                remote.expectEnd();
                client.expectEnd();
                AccessLine line = proxies.on(way).accessLineOf(client);
                assertThat(line.outcome()).as("%s", line).isEqualTo("completed");
                assertThat(line.up()).as("%s", line).isEqualTo(request.length);
                assertThat(line.down()).as("%s", line).isEqualTo(greeting.length);
            }
        }
    }

    private static void finishIf(boolean now, Peer peer) throws IOException {
        if (now) {
            peer.finish();
        }
    }

    /** A read ends before the urgent byte, whatever else has come behind it (tcp(7)). */
    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "SOCKS5"})
    void deliversWhatComesBehindUrgentData(Wiring wiring) throws Exception {
        TestProxy proxy = proxies.to(Upstream.DIRECT);
        try (Origin origin = Origin.listen();
                Peer client = wiring.open(proxy, origin.target())) {
            Peer remote = origin.accept();
            client.write("a").urgent('!').write("b");
            assertThat(remote.readText(2)).isEqualTo("ab");

            proxy.pause();
            client.write("c").urgent('!').write("d");
            proxy.resume();
            assertThat(remote.readText(2)).isEqualTo("cd");

            proxy.pause();
            client.write(new byte[100_000]).urgent('!').write(new byte[100_000]).finish();
            proxy.resume();
            assertThat(remote.read(200_000)).isEqualTo(new byte[200_000]);
            remote.expectEnd();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
