package conduit.doctor.canary;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.doctor.check.Finding;
import conduit.doctor.check.Situation;
import conduit.doctor.look.Listening;
import conduit.doctor.look.Listening.Transparency;
import conduit.doctor.look.Owner;
import conduit.doctor.look.Routing;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.IptablesReader;
import conduit.doctor.rules.Ruleset;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is said of a canary, whatever became of it. */
class LandingTest {

    private static final Ruleset RULES =
            IptablesReader.read(
                    Family.IPV4,
                    "*mangle\n-A PREROUTING -p tcp -j TPROXY --on-port 8081 --tproxy-mark 0x1\n");

    private static Landing landing(Listening... listening) {
        return landing(
                List.of(
                        new Finding.Fail("route-ipv6", "of another version", "no"),
                        new Finding.Fail("route-ipv4", "no route", "ip route add")),
                listening);
    }

    private static Landing landing(List<Finding> known, Listening... listening) {
        return new Landing(
                new Bare().rules(RULES).listening(listening).situation(),
                known,
                Family.IPV4,
                RULES.catches().getFirst(),
                Gate.of(RULES.catches().getFirst()),
                new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 443));
    }

    private static final Listening LISTENER =
            new Listening(
                    InetAddress.ofLiteral("::"),
                    8081,
                    Set.of(Family.values()),
                    Transparency.TRANSPARENT,
                    Optional.of(Bare.CONDUIT));

    private static Finding answered(Optional<String> holder, Counts counts) {
        return landing(LISTENER)
                .finding("from here", new Arrival.Answered(holder), Optional.of(counts));
    }

    @Test
    void doesNotCountAnArrivalAtAStranger() {
        Owner nginx = new Owner(12, "nginx", 0, 0, -1, 0, 1, 1, List.of("nginx", "/etc/conduit"));
        Listening strange =
                new Listening(
                        LISTENER.address(),
                        8081,
                        LISTENER.serves(),
                        Transparency.TRANSPARENT,
                        Optional.of(nginx));
        assertThat(
                        landing(strange)
                                .finding(
                                        "from here",
                                        new Arrival.Answered(Optional.of(nginx.toString())),
                                        Optional.of(new Counts(1, 1, 1, 0))))
                .isEqualTo(
                        new Finding.Warn(
                                "canary-ipv4",
                                "192.0.2.1:443 from here arrived at process 12 (nginx) on port"
                                        + " 8081, who is not conduit",
                                "ss -Htlnp 'sport = :8081'"));
    }

    private static String lost(Counts counts, Listening... listening) {
        return landing(listening)
                .finding("from here", new Arrival.Lost(), Optional.of(counts))
                .says();
    }

    @Test
    void arrivesAtTheListener() {
        assertThat(answered(Optional.of(Bare.CONDUIT.toString()), new Counts(1, 1, 1, 0)))
                .isInstanceOf(Finding.Ok.class)
                .extracting(Finding::says)
                .isEqualTo("192.0.2.1:443 from here arrived at process 4711 (java) on port 8081");
    }

    @Test
    void arrivesAtTheListenerAlsoWhenItHungUpBeforeItWasSeen() {
        assertThat(answered(Optional.empty(), new Counts(1, 1, 1, 0)))
                .isInstanceOf(Finding.Ok.class);
    }

    @Test
    void arrivesAtSomebodyElse() {
        assertThat(answered(Optional.of("process 1 (nginx)"), new Counts(1, 1, 1, 0)))
                .isInstanceOf(Finding.Fail.class);
    }

    @Test
    void isAnsweredFromOutside() {
        assertThat(answered(Optional.empty(), new Counts(1, 0, 0, 1)).says())
                .contains("somebody out there");
    }

    @Test
    void tellsARuleThatDidNotTakeItFromARouteThatIsNotThere() {
        assertThat(lost(new Counts(0, 0, 0, 0), LISTENER)).contains("did not get as far");
        assertThat(lost(new Counts(1, 0, 0, 1), LISTENER)).contains("went on its way unproxied");
        assertThat(lost(new Counts(1, 0, 0, 0), LISTENER)).contains("did not take it, and it was");
        assertThat(lost(new Counts(1, 0, 0, 0))).contains("no transparent listener is there");
        assertThat(lost(new Counts(1, 1, 0, 0), LISTENER)).contains("not delivered here");
        assertThat(lost(new Counts(1, 1, 1, 0), LISTENER)).contains("did not answer");
    }

    @Test
    void isMendedByWhatMendsTheFirstFailureOfItsVersionOfIp() {
        Finding finding =
                landing(LISTENER)
                        .finding(
                                "from here",
                                new Arrival.Lost(),
                                Optional.of(new Counts(1, 1, 0, 0)));
        assertThat(((Finding.Fail) finding).mend()).isEqualTo("ip route add");
    }

    @Test
    void isNotMendedByWhatHasNothingToDoWithItsLoss() {
        Landing unexplained =
                landing(
                        List.of(
                                new Finding.Fail("own-traffic", "a loop", "no"),
                                new Finding.Fail("conntrack", "nearly full", "nor this")),
                        LISTENER);
        assertThat(
                        unexplained.finding(
                                "from here",
                                new Arrival.Lost(),
                                Optional.of(new Counts(1, 1, 0, 0))))
                .isInstanceOf(Finding.Fail.class)
                .extracting(finding -> ((Finding.Fail) finding).mend())
                .isEqualTo("nft -a list ruleset");
    }

    @Test
    void tellsWhoRefusedIt() {
        assertThat(
                        landing()
                                .finding(
                                        "from here",
                                        new Arrival.Refused(),
                                        Optional.of(new Counts(1, 1, 1, 0)))
                                .says())
                .contains("reached port 8081 of this machine, where nobody listens");
        assertThat(
                        landing()
                                .finding(
                                        "from here",
                                        new Arrival.Refused(),
                                        Optional.of(new Counts(1, 0, 0, 0)))
                                .says())
                .contains("a rule answered in its place");
    }

    @Test
    void saysThatNoRouteLedItHereWhereTheRuleMarkedItInVain() {
        assertThat(lost(new Counts(1, 1, 0, 1), LISTENER)).contains("no route led it here");
    }

    @Test
    void isMendedAsItCanBeWhereItCouldNotBeSent() {
        String mayNot = "ip says: RTNETLINK answers: Operation not permitted";
        assertThat(notSentMend(new Bare().examinedBy(13), Family.IPV4, mayNot))
                .isEqualTo("run the doctor as root");
        assertThat(notSentMend(new Bare().examinedBy(0), Family.IPV4, mayNot))
                .startsWith("run the doctor with CAP_NET_ADMIN and CAP_SYS_ADMIN");
        assertThat(notSentMend(new Bare(), Family.IPV4, "ip is not installed"))
                .startsWith("apt-get");
        assertThat(notSentMend(new Bare(), Family.IPV4, "all of 198.18.0.0/16 is in use here"))
                .startsWith("curl");
    }

    @Test
    void isMendedByIpv6OrByRulesWithoutItWhereThereIsNone() {
        String denied = "ip says: RTNETLINK answers: Permission denied";
        Bare off = new Bare().setting(Situation.DISABLE_IPV6, "1");
        assertThat(notSentMend(off, Family.IPV6, denied))
                .startsWith("sysctl -w net.ipv6.conf.all.disable_ipv6=0 && ");
        assertThat(notSentMend(new Bare(), Family.IPV6, "ip says: Operation not supported"))
                .startsWith("conduit tproxy rules --family=ipv4 --apply");
        assertThat(notSentMend(off, Family.IPV4, denied)).startsWith("run the doctor");
    }

    private static String notSentMend(Bare machine, Family family, String why) {
        return ((Finding.Warn)
                        Unsent.because(
                                machine.situation(), family, RULES.catches().getFirst(), why))
                .mend();
    }

    @Test
    void standsOnANetThatNobodyHas() {
        assertThat(Outside.freeNet(new Bare().machine(), 1)).contains(1);
        assertThat(
                        Outside.freeNet(
                                new Bare().addresses("198.18.1.1", "2001:2:0:2:0:0:0:1").machine(),
                                1))
                .contains(3);
        assertThat(Outside.freeNet(new Bare().machine(), 255)).contains(255);
        assertThat(Outside.freeNet(new Bare().addresses("198.18.255.1").machine(), 255))
                .contains(1);
    }

    @Test
    void doesNotStandWhereARouteLeadsToTheWholeRange() {
        Routing.Route toAll = new Routing.Route("main", "unicast", "198.18.0.0/15", "eth0");
        Routing routing = new Routing(Map.of(), Map.of(Family.IPV4, List.of(toAll)));
        assertThat(Outside.freeNet(new Bare().routing(routing).machine(), 1)).isEmpty();
    }
}
