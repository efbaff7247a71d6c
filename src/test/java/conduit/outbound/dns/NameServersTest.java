package conduit.outbound.dns;

import static conduit.outbound.dns.Asking.addresses;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.outbound.FakeNameServer;
import conduit.outbound.FakeNameServer.Reply;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two name servers, of which the first is of no use, and how long each has. */
class NameServersTest {

    private static final Reply ONE = Reply.Addresses.of("192.0.2.1");
    private static final Answer FOUND =
            new Answer.Found(addresses("192.0.2.1"), Duration.ofSeconds(60));

    @Test
    void asksTheSecondServerWithinTheDialTimeoutWhenTheFirstIsSilent() throws Exception {
        Duration dialTimeout = Duration.ofSeconds(6);
        try (FakeNameServer silent = new FakeNameServer(_ -> new Reply.Silence());
                FakeNameServer good = new FakeNameServer(_ -> ONE);
                Asking asking = Asking.within(dialTimeout, silent, good)) {
            long begun = System.nanoTime();

            assertThat(asking.ask("www.test")).isEqualTo(FOUND);

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(dialTimeout);
            assertThat(silent.asked()).hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"SERVFAIL, 2", "NOTIMP, 4", "REFUSED, 5"})
    void asksTheSecondServerWhenTheFirstFails(String name, int code) throws Exception {
        try (FakeNameServer broken = new FakeNameServer(_ -> new Reply.Code(code));
                FakeNameServer good = new FakeNameServer(_ -> ONE);
                Asking asking = Asking.within(Duration.ofMinutes(1), broken, good)) {
            assertThat(asking.ask("www.test")).as(name).isEqualTo(FOUND);
        }
    }

    @Test
    void asksTheSecondServerWhenTheFirstSendsNonsense() throws Exception {
        Reply nonsense = new Reply.Altered(ONE, _ -> "nonsense");
        try (FakeNameServer confused = new FakeNameServer(_ -> nonsense);
                FakeNameServer good = new FakeNameServer(_ -> ONE);
                Asking asking = Asking.within(Duration.ofSeconds(1), confused, good)) {
            assertThat(asking.ask("www.test")).isEqualTo(FOUND);
        }
    }

    @Test
    void asksTheSecondServerWhenTheFirstIsGone() throws Exception {
        FakeNameServer gone = new FakeNameServer(Map.of());
        gone.close();
        try (FakeNameServer good = new FakeNameServer(_ -> ONE);
                Asking asking = Asking.within(Duration.ofSeconds(1), gone, good)) {
            assertThat(asking.ask("www.test")).isEqualTo(FOUND);
        }
    }

    @Test
    void asksNobodyElseWhenTheFirstKnowsNoSuchName() throws Exception {
        try (FakeNameServer knowing = new FakeNameServer(Map.of());
                FakeNameServer silent = new FakeNameServer(_ -> new Reply.Silence());
                Asking asking = Asking.within(Duration.ofMinutes(1), knowing, silent)) {
            assertThat(asking.ask("www.test")).isEqualTo(new Answer.NotFound());
            assertThat(silent.asked()).isEmpty();
        }
    }

    @Test
    void asksTheOnlyServerAgainWhenADatagramIsLost() throws Exception {
        Loss loss = new Loss();
        try (FakeNameServer server = new FakeNameServer(_ -> loss.next());
                Asking asking = Asking.within(Duration.ofSeconds(1), server)) {
            assertThat(asking.ask("www.test")).isEqualTo(FOUND);
        }
    }

    @Test
    void reportsAFailureRatherThanTheSilenceOfAnother() throws Exception {
        try (FakeNameServer broken = new FakeNameServer(_ -> new Reply.Code(2));
                FakeNameServer silent = new FakeNameServer(_ -> new Reply.Silence());
                Asking asking = Asking.within(Duration.ofMillis(1500), broken, silent)) {
            assertThat(asking.ask("www.test"))
                    .isEqualTo(new Answer.Failed(Answer.Why.SERVERS_FAILED));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PT10S, PT2S",
        "PT1H, PT2S",
        "PT6S, PT2S",
        "PT3S, PT1S",
        "PT0.3S, PT0.1S",
        "PT0.001S, PT0.01S",
    })
    void givesEachServerAThirdOfTheDialTimeoutWithinBounds(
            Duration dialTimeout, Duration expected) {
        assertThat(Resolver.oneTry(dialTimeout)).isEqualTo(expected);
    }

    /** Loses the first question of each family. */
    private static final class Loss {
        private int asked;

        synchronized Reply next() {
            asked++;
            return asked <= 2 ? new Reply.Silence() : ONE;
        }
    }
}
