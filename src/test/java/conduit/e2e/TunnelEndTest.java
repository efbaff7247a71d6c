package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.EveryDirectTunnel;
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
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An end of stream is passed on as one, with the other direction left alone; a reset as a reset.
 */
class TunnelEndTest {

    private static final Load FOUR_MEGABYTES = Load.ofMegabytes(4, 1);
    private static final Load SIXTY_FOUR_MEGABYTES = Load.ofMegabytes(64, 2);

    @AutoClose private static final ProxyPerUpstream proxies = ProxyPerUpstream.with();

    private static TestProxy direct() {
        return proxies.to(Upstream.DIRECT);
    }

    @EveryTunnel
    void passesTheClientsHalfCloseOn(Way way) throws Exception {
        try (Origin origin = way.origin();
                Peer client = way.open(proxies, origin)) {
            Peer remote = origin.accept();
            passesTheHalfCloseOn(client, remote);
            expectOutcome(proxies.on(way), client, "completed", "client");
        }
    }

    @EveryTunnel
    void passesTheOriginsHalfCloseOn(Way way) throws Exception {
        try (Origin origin = way.origin();
                Peer client = way.open(proxies, origin)) {
            Peer remote = origin.accept();
            passesTheHalfCloseOn(remote, client);
            expectOutcome(proxies.on(way), client, "completed", "remote");
        }
    }

    private static void passesTheHalfCloseOn(Peer first, Peer second) throws Exception {
        Background<Boolean> sending = FOUR_MEGABYTES.sendAndFinish(first);
        assertThat(Load.Seen.in(second.in())).isEqualTo(FOUR_MEGABYTES.seen());
        sending.result();
        // The other direction is open, and stays open although nothing happens.
        first.expectSilence(Duration.ofMillis(300));

        Background<Boolean> answering = FOUR_MEGABYTES.sendAndFinish(second);
        assertThat(Load.Seen.in(first.in())).isEqualTo(FOUR_MEGABYTES.seen());
        answering.result();
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "SOCKS5"})
    void deliversEverythingToAClientThatHasFinishedAndReadsLate(Wiring wiring) throws Exception {
        try (Origin origin = Origin.listen();
                Peer client = wiring.open(direct(), origin.target())) {
            deliversEverythingToALateReader(client, origin.accept());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "SOCKS5"})
    void deliversEverythingToAnOriginThatHasFinishedAndReadsLate(Wiring wiring) throws Exception {
        try (Origin origin = Origin.listen();
                Peer client = wiring.open(direct(), origin.target())) {
            deliversEverythingToALateReader(origin.accept(), client);
        }
    }

    /** The proxy's write meets a full socket whose other direction has ended already. */
    private static void deliversEverythingToALateReader(Peer reader, Peer writer) throws Exception {
        reader.finish();
        writer.expectEnd();
        AtomicLong written = new AtomicLong();
        Background<Boolean> writing =
                Background.doing(() -> {
                    SIXTY_FOUR_MEGABYTES.writeTo(writer.out(), written);
                    writer.finish();
                });
        Load.awaitStandstill(written);
        assertThat(written.get()).as("bytes before anybody read").isLessThan(64 << 20);
        assertThat(Load.Seen.in(reader.in())).isEqualTo(SIXTY_FOUR_MEGABYTES.seen());
        writing.result();
    }

    @EveryTunnel
    void passesTheClientsResetOn(Way way) throws IOException {
        try (Origin origin = way.origin();
                Peer client = way.open(proxies, origin)) {
            Peer remote = origin.accept();
            client.write("some");
            assertThat(remote.readText(4)).isEqualTo("some");
            client.reset();
            remote.expectReset();
            expectOutcome(proxies.on(way), client, "reset", "client");
        }
    }

    @EveryTunnel
    void passesTheOriginsResetOn(Way way) throws IOException {
        try (Origin origin = way.origin();
                Peer client = way.open(proxies, origin)) {
            Peer remote = origin.accept();
            remote.write("some");
            assertThat(client.readText(4)).isEqualTo("some");
            remote.reset();
            client.expectReset();
            expectOutcome(proxies.on(way), client, "reset", "remote");
        }
    }

    @EveryTunnel
    void passesAResetOnAfterTheOtherSideHasFinished(Way way) throws IOException {
        try (Origin origin = way.origin();
                Peer client = way.open(proxies, origin)) {
            Peer remote = origin.accept();
            client.write("some").finish();
            assertThat(remote.readToEnd()).isEqualTo("some");
            remote.write("half an ans");
            assertThat(client.readText(11)).isEqualTo("half an ans");
            remote.reset();
            client.expectReset();
            assertThat(proxies.on(way).accessLineOf(client).outcome()).isEqualTo("reset");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "SOCKS5"})
    void passesAResetOnFromTheMiddleOfAStream(Wiring wiring) throws Exception {
        try (Origin origin = Origin.listen()) {
            Peer client = wiring.open(direct(), origin.target());
            resetsWhileItSends(client, origin.accept());
            expectOutcome(direct(), client, "reset", "client");

            client = wiring.open(direct(), origin.target());
            Peer remote = origin.accept();
            resetsWhileItSends(remote, client);
            expectOutcome(direct(), client, "reset", "remote");

            client = wiring.open(direct(), origin.target());
            resetsWhileItReceives(client, origin.accept());
            expectOutcome(direct(), client, "reset", "client");

            client = wiring.open(direct(), origin.target());
            remote = origin.accept();
            resetsWhileItReceives(remote, client);
            expectOutcome(direct(), client, "reset", "remote");
        }
    }

    private static void resetsWhileItSends(Peer sender, Peer receiver) throws Exception {
        Background<Boolean> sending = SIXTY_FOUR_MEGABYTES.sendAndFinish(sender);
        receiver.read(1_000_000);
        sender.reset();
        receiver.expectReset();
        sending.endsSomehow();
    }

    private static void resetsWhileItReceives(Peer receiver, Peer sender) throws Exception {
        Background<Boolean> sending = SIXTY_FOUR_MEGABYTES.writeToAStandstill(sender);
        receiver.reset();
        assertThat(sending.endsSomehow()).as("sending to one that has reset").isFalse();
    }

    /** Each side writes before it reads, so that the tunnel is full both ways when one is gone. */
    @EveryDirectTunnel
    void freesASideThatWritesToOneThatIsGone(Way way) throws Exception {
        try (Origin origin = way.origin();
                Peer client = way.open(direct(), origin)) {
            Peer remote = origin.accept();
            Background<Boolean> up = SIXTY_FOUR_MEGABYTES.writeToAStandstill(client);
            Background<Boolean> down = SIXTY_FOUR_MEGABYTES.writeToAStandstill(remote);
            client.reset();
            assertThat(up.endsSomehow()).isFalse();
            assertThat(down.endsSomehow()).as("writing to one that has reset").isFalse();
            expectOutcome(direct(), client, "reset", "client");
        }
    }

    /** What it had sent is delivered, with its end; and then there is nobody left to answer to. */
    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "SOCKS5"})
    void doesNotKeepATunnelWhoseSideHasFinishedAndBrokenOffAtOnce(Wiring wiring) throws Exception {
        try (Origin origin = Origin.listen()) {
            Peer client = wiring.open(direct(), origin.target());
            finishesAndBreaksOff(client, origin.accept());
            expectOutcome(direct(), client, "reset", "client");

            client = wiring.open(direct(), origin.target());
            Peer remote = origin.accept();
            finishesAndBreaksOff(remote, client);
            expectOutcome(direct(), client, "reset", "remote");
        }
    }

    private static void finishesAndBreaksOff(Peer leaving, Peer staying) throws Exception {
        direct().pause();
        leaving.write("the last words").finish();
        leaving.reset();
        direct().resume();
        assertThat(staying.readText(14)).isEqualTo("the last words");
        staying.readToClose();
    }

    private static void expectOutcome(TestProxy proxy, Peer client, String outcome, String by) {
        AccessLine line = proxy.accessLineOf(client);
        assertThat(line.outcome()).as("%s", line).isEqualTo(outcome);
        assertThat(line.by()).as("%s", line).isEqualTo(by);
    }
}
