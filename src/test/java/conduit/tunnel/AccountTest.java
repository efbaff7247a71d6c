package conduit.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Destination;
import conduit.config.Inbound;
import conduit.config.Upstream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccountTest {

    private static final InetSocketAddress CLIENT =
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 4711);
    private static final Ending LEFT =
            new Ending.Ended(Outcome.CLIENT_LEFT, Party.CLIENT, Phase.CONNECT);

    private final List<Journal.Entry> written = new ArrayList<>();

    private Account open() {
        return new Account(
                written::add,
                CLIENT,
                Optional.empty(),
                Inbound.FORWARD,
                Optional.of(new Headline("GET", Optional.empty())),
                new Destination.Name("example.com", 80),
                System.nanoTime());
    }

    @Test
    void saysOnlyOfWhatHappenedHowLongItTook() {
        Account account = open();
        account.close(LEFT, 0, 0);
        Journal.Entry entry = written.getFirst();
        assertThat(entry.times()).isEqualTo(Times.of(entry.times().total()));
        assertThat(entry.upstream()).isEmpty();
        assertThat(Times.known(entry.times().lookup())).isEmpty();
    }

    @Test
    void addsUpWhatHappenedTwiceAndEndsWhatIsUnderWay() {
        Account account = open();
        account.sentBy(new Upstream.Direct());
        account.entered(Phase.LOOKUP);
        account.entered(Phase.CONNECT);
        account.reached(CLIENT);
        account.lost();
        account.entered(Phase.CONNECT);
        account.entered(Phase.HANDSHAKE);
        account.close(LEFT, 0, 0);
        Times times = written.getFirst().times();
        assertThat(times.lookup()).isNotNegative();
        assertThat(times.connect()).isNotNegative();
        assertThat(times.handshake()).isNotNegative();
        assertThat(times.setUp()).as("the second remote was not reached").isEqualTo(Times.NONE);
        assertThat(times.firstByte()).isEqualTo(Times.NONE);
        assertThat(times.lookup() + times.connect() + times.handshake())
                .isLessThanOrEqualTo(times.total());
        assertThat(written.getFirst().retries()).isOne();
    }

    @Test
    void countsTheFirstByteOnce() {
        long begun = System.nanoTime();
        Account account =
                new Account(
                        written::add,
                        CLIENT,
                        Optional.empty(),
                        Inbound.SOCKS5,
                        Optional.empty(),
                        new Destination.Name("example.com", 80),
                        begun);
        account.heard(begun + 5);
        account.heard(begun + 7);
        account.close(LEFT, 0, 0);
        assertThat(written.getFirst().times().firstByte()).isEqualTo(5);
    }

    @Test
    void hasAnIdOfItsOwn() {
        for (int i = 0; i < 100; i++) {
            open().close(LEFT, 0, 0);
        }
        assertThat(written).extracting(entry -> entry.id().toString()).doesNotHaveDuplicates();
        assertThat(written.getFirst().id().toString()).matches("[0-9a-z]+-[0-9a-z]+");
    }
}
