package conduit.outbound.dns;

import static conduit.outbound.dns.Asking.addresses;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.outbound.FakeNameServer;
import conduit.outbound.FakeNameServer.Reply;
import conduit.outbound.WireQuestion;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one name server says, and what is made of it. */
class ResolverTest {

    private static final Reply.Addresses ONE = Reply.Addresses.of("192.0.2.1");
    private static final Answer FAILED = new Answer.Failed(Answer.Why.SERVERS_FAILED);
    private static final Answer TIMED_OUT = new Answer.Failed(Answer.Why.SERVERS_SILENT);

    /** Two seconds for each try: nothing is late because the machine is slow. */
    private static final Duration PATIENT = Duration.ofMinutes(1);

    /** A tenth of a second for each try, for servers that keep silent. */
    private static final Duration HASTY = Duration.ofMillis(300);

    private final Map<String, Reply> names = new ConcurrentHashMap<>();
    private FakeNameServer server;
    private Asking asking;

    @BeforeEach
    void start() throws Exception {
        server = new FakeNameServer(names);
        asking = Asking.within(PATIENT, server);
    }

    @AfterEach
    void stop() {
        asking.close();
        server.close();
    }

    @Test
    void findsTheAddressesOfBothFamiliesInTheServersOrder() throws Exception {
        names.put(
                "both.test.",
                Reply.Addresses.of("2001:db8::2", "192.0.2.2", "2001:db8::1", "192.0.2.1"));

        assertThat(asking.ask("both.test"))
                .isEqualTo(
                        new Answer.Found(
                                addresses("192.0.2.2", "192.0.2.1", "2001:db8::2", "2001:db8::1"),
                                Duration.ofSeconds(60)));
        assertThat(server.questions())
                .extracting(WireQuestion::type)
                .containsExactlyInAnyOrder(1, 28);
    }

    @Test
    void findsTheAddressesOfOneFamily() throws Exception {
        names.put("four.test.", ONE);
        names.put("six.test.", Reply.Addresses.of("2001:db8::1"));
        // As servers should not, but do.
        names.put("four-only.test.", new Reply.ByFamily(ONE, new Reply.Code(3)));

        assertThat(found("four.test")).isEqualTo(addresses("192.0.2.1"));
        assertThat(found("six.test")).isEqualTo(addresses("2001:db8::1"));
        assertThat(found("four-only.test")).isEqualTo(addresses("192.0.2.1"));
    }

    @Test
    void saysThatThereIsNoSuchNameOrNoAddress() throws Exception {
        names.put("empty.test.", Reply.Addresses.of());

        assertThat(asking.ask("unknown.test")).isEqualTo(new Answer.NotFound());
        assertThat(asking.ask("empty.test")).isEqualTo(new Answer.NotFound());
        assertThat(server.asked()).as("no family asked again").hasSize(4);
    }

    @Test
    void saysThatTheServerFailedOrKeptSilent() throws Exception {
        names.put("broken.test.", new Reply.Code(2));
        names.put("refused.test.", new Reply.Code(5));
        names.put("silent.test.", new Reply.Silence());

        assertThat(asking.ask("broken.test")).isEqualTo(FAILED);
        assertThat(asking.ask("refused.test")).isEqualTo(FAILED);
        assertThat(askedHastily("silent.test")).isEqualTo(TIMED_OUT);
    }

    /** As middleboxes do that do not know of AAAA. */
    @Test
    void believesAtOnceThatThereIsNoSuchNameWhenTheOtherQuestionIsDropped() throws Exception {
        names.put("dropped.test.", new Reply.ByFamily(new Reply.Code(3), new Reply.Silence()));

        assertThat(asking.ask("dropped.test")).isEqualTo(new Answer.NotFound());
        // The other question may not even have come when this one was answered.
        assertThat(server.asked()).as("nobody was asked again").hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void takesNoFailureOfOneFamilyForAnAbsence() throws Exception {
        names.put("half.test.", new Reply.ByFamily(new Reply.Code(2), new Reply.Code(3)));

        assertThat(asking.ask("half.test")).isEqualTo(FAILED);
    }

    @Test
    void answersWithOneFamilyWhenTheOthersServersFailButNotForLong() throws Exception {
        names.put("half.test.", new Reply.ByFamily(ONE, new Reply.Code(2)));

        assertThat(asking.ask("half.test"))
                .isEqualTo(new Answer.Found(addresses("192.0.2.1"), Duration.ZERO));
    }

    @Test
    void waitsOnlyAMomentForTheOtherFamily() throws Exception {
        names.put("four.test.", new Reply.ByFamily(ONE, new Reply.Silence()));
        names.put(
                "six.test.",
                new Reply.ByFamily(new Reply.Silence(), Reply.Addresses.of("2001:db8::1")));
        assertThat(asking.ask("four.test"))
                .isEqualTo(new Answer.Found(addresses("192.0.2.1"), Duration.ZERO));
        assertThat(asking.ask("six.test"))
                .isEqualTo(new Answer.Found(addresses("2001:db8::1"), Duration.ZERO));
        assertThat(server.asked()).as("nobody was asked again").hasSize(4);
    }

    @Test
    void followsAChainOfAliasesAndKeepsItsShortestTtl() throws Exception {
        names.put("www.test.", new Reply.Chain(List.of("a.test.", "b.test."), ONE.lasting(30)));

        assertThat(asking.ask("www.test"))
                .isEqualTo(new Answer.Found(addresses("192.0.2.1"), Duration.ofSeconds(30)));
        assertThat(server.asked()).hasSize(2);
    }

    @Test
    void takesTheTtlThatTheServerGivesAndAnImpossibleOneForNone() throws Exception {
        names.put("now.test.", ONE.lasting(0));
        names.put("long.test.", ONE.lasting(0x7fff_ffffL));
        names.put("endless.test.", ONE.lasting(0xffff_ffffL));

        assertThat(asking.ask("now.test")).isEqualTo(lasting(0));
        assertThat(asking.ask("long.test")).isEqualTo(lasting(0x7fff_ffffL));
        assertThat(asking.ask("endless.test")).isEqualTo(lasting(0));
    }

    @Test
    void asksForTheTargetOfAnAliasWhenTheServerLeavesItOut() throws Exception {
        names.put("www.test.", new Reply.Alias("a.test."));
        names.put("a.test.", new Reply.Alias("b.test."));
        names.put("b.test.", ONE);

        assertThat(found("www.test")).isEqualTo(addresses("192.0.2.1"));
    }

    @Test
    void givesUpOnAliasesThatLeadInACircleOrTooFar() throws Exception {
        names.put("egg.test.", new Reply.Alias("hen.test."));
        names.put("hen.test.", new Reply.Alias("egg.test."));
        names.put("self.test.", new Reply.Alias("self.test."));
        List<String> far = IntStream.range(0, 50).mapToObj(i -> "n" + i + ".test.").toList();
        names.put("far.test.", new Reply.Chain(far, ONE));

        assertThat(asking.ask("egg.test")).isEqualTo(FAILED);
        assertThat(asking.ask("self.test")).isEqualTo(FAILED);
        assertThat(asking.ask("far.test")).isEqualTo(FAILED);
        assertThat(server.asked()).hasSizeLessThan(80);
    }

    @Test
    void believesNoRecordsOfOtherNames() throws Exception {
        Reply poisoned = new Reply.Chain(List.of("bank.test."), ONE);
        names.put(
                "www.test.", new Reply.Altered(poisoned, text -> replaceLast(text, "www", "wwx")));

        assertThat(asking.ask("www.test")).isEqualTo(new Answer.NotFound());
    }

    @Test
    void handsOnEightOfEachFamily() throws Exception {
        String[] thirty =
                IntStream.rangeClosed(1, 15)
                        .boxed()
                        .<String>mapMulti((i, each) -> {
                            each.accept("192.0.2." + i);
                            each.accept("2001:db8::" + i);
                        })
                        .toArray(String[]::new);
        names.put("many.test.", Reply.Addresses.of(thirty));

        List<InetAddress> found = found("many.test");

        assertThat(found)
                .hasSize(16)
                .startsWith(addresses("192.0.2.1", "192.0.2.2").toArray(InetAddress[]::new));
        assertThat(found).contains(InetAddress.ofLiteral("2001:db8::8"));
        assertThat(found).doesNotContain(InetAddress.ofLiteral("192.0.2.9"));
    }

    @Test
    void asksAgainOverTcpWhenAResponseIsTruncated() throws Exception {
        String[] hundred =
                IntStream.rangeClosed(1, 200).mapToObj(i -> "192.0.2." + i).toArray(String[]::new);
        names.put("large.test.", new Reply.Truncated(Reply.Addresses.of(hundred)));

        assertThat(found("large.test")).hasSize(8);
        assertThat(server.questions())
                .extracting(WireQuestion::carrier)
                .contains(WireQuestion.Carrier.TCP);
    }

    @Test
    void takesNoTruncatedResponseForAnAbsence() throws Exception {
        names.put("odd.test.", new Reply.Truncated(altered(text -> "??" + text.substring(2))));
        names.put("silent.test.", new Reply.Truncated(new Reply.Silence()));

        assertThat(asking.ask("odd.test")).isEqualTo(FAILED);
        assertThat(askedHastily("silent.test")).isEqualTo(TIMED_OUT);
    }

    @Test
    void passesOverWhatIsNoResponseToItsQuestion() throws Exception {
        names.put("id.test.", altered(text -> "??" + text.substring(2)));
        names.put("other.test.", altered(text -> replaceLast(text, "other", "ether")));
        names.put("short.test.", altered(text -> text.substring(0, 7)));
        names.put("cut.test.", altered(text -> text.substring(0, text.length() - 20)));
        names.put("empty.test.", altered(_ -> ""));
        names.put("noise.test.", altered(_ -> "what is this that I hear from you"));

        for (String name : List.copyOf(names.keySet())) {
            assertThat(askedHastily(name)).as(name).isInstanceOf(Answer.Failed.class);
        }
    }

    @Test
    void takesAForgedResponseForNothingAndTheRealOneForTheAnswer() throws Exception {
        names.put("www.test.", new Reply.Both(altered(text -> "??" + text.substring(2)), ONE));

        assertThat(found("www.test")).isEqualTo(addresses("192.0.2.1"));
    }

    @Test
    void asksEachQuestionUnderAnotherNumberFromAnotherPort() throws Exception {
        int lookups = 200;
        for (int i = 0; i < lookups; i++) {
            asking.ask("n" + i + ".test");
        }
        // Two questions each; by chance some numbers come twice, but not many.
        assertThat(distinct(WireQuestion::id)).isGreaterThan(lookups * 3 / 2);
        assertThat(distinct(WireQuestion::port)).isGreaterThan(lookups);
    }

    private Answer askedHastily(String name) throws Exception {
        try (Asking hasty = Asking.within(HASTY, server)) {
            return hasty.ask(name);
        }
    }

    private static Answer lasting(long seconds) {
        return new Answer.Found(addresses("192.0.2.1"), Duration.ofSeconds(seconds));
    }

    private long distinct(Function<WireQuestion, Integer> property) {
        return server.questions().stream().map(property).distinct().count();
    }

    private List<InetAddress> found(String name) throws Exception {
        Answer answer = asking.ask(name);
        assertThat(answer).as(name).isInstanceOf(Answer.Found.class);
        return ((Answer.Found) answer).addresses();
    }

    private static Reply altered(UnaryOperator<String> how) {
        return new Reply.Altered(ONE, how);
    }

    private static String replaceLast(String text, String what, String by) {
        int at = text.lastIndexOf(what);
        return text.substring(0, at) + by + text.substring(at + what.length());
    }
}
