package conduit.policy;

import static conduit.config.rules.Guarding.LOCAL;
import static conduit.config.rules.Guarding.OFF;
import static conduit.config.rules.Guarding.STRICT;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Destination;
import conduit.config.Inbound;
import conduit.config.rules.Action;
import conduit.config.rules.Guarding;
import conduit.config.rules.Rule;
import conduit.config.rules.RuleSet;
import conduit.config.rules.Target;
import conduit.policy.Decision.Verdict;
import conduit.policy.SpecialPurpose.GuardedBy;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {

    private static final InetAddress ELSEWHERE = Networks.address("198.51.100.7");

    private enum Client {
        HERE,
        ELSEWHERE
    }

    private static Rule allowing(boolean unguarded, String... targets) {
        return new Rule(
                Action.ALLOW,
                List.of(),
                Set.of(),
                Set.of(),
                Arrays.stream(targets).map(RuleTexts::target).toList(),
                List.of(),
                unguarded,
                "test");
    }

    private static Verdict verdict(
            Guarding guarding, Client client, InetAddress address, Rule... rules) {
        RuleSet set = new RuleSet(List.of(rules), rules.length == 0 ? Action.ALLOW : Action.DENY);
        Access access =
                new Access(
                        ELSEWHERE,
                        client == Client.HERE,
                        Optional.empty(),
                        Inbound.CONNECT,
                        new Destination.Address(address, 80));
        return new Policy(set, guarding, true).asked(access).verdict();
    }

    private static String said(Guarding guarding, Client client, String address, Rule... rules) {
        return switch (verdict(guarding, client, Networks.address(address), rules)) {
            case Verdict.Allowed _ -> "allowed";
            case Verdict.Denied _ -> "denied";
            case Verdict.Guarded(String block) -> block;
        };
    }

    static Stream<SpecialPurpose> blocks() {
        return SpecialPurpose.blocks().stream();
    }

    /** The first and the last address of each block, where no smaller block has them. */
    @ParameterizedTest
    @MethodSource("blocks")
    void refusesWhatTheRegistriesSay(SpecialPurpose block) {
        for (InetAddress address : List.of(block.network().first(), block.network().last())) {
            SpecialPurpose smallest =
                    blocks().filter(other -> other.network().contains(address))
                            .max((one, other) ->
                                    Integer.compare(
                                            one.network().prefix(), other.network().prefix()))
                            .orElseThrow();
            String text = address.getHostAddress();
            String refused = smallest.toString();
            boolean local = smallest.guardedBy() == GuardedBy.LOCAL;
            boolean strict = smallest.guardedBy() != GuardedBy.NOBODY;
            assertThat(said(OFF, Client.ELSEWHERE, text)).isEqualTo("allowed");
            assertThat(said(LOCAL, Client.HERE, text)).isEqualTo("allowed");
            if (local || strict) {
                assertThat(said(STRICT, Client.HERE, text)).isEqualTo(refused);
                assertThat(said(STRICT, Client.ELSEWHERE, text)).isEqualTo(refused);
            }
            if (local) {
                assertThat(said(LOCAL, Client.ELSEWHERE, text)).isEqualTo(refused);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "127.0.0.1         | 127.0.0.0/8 (loopback)",
                "127.255.255.254   | 127.0.0.0/8 (loopback)",
                "::1               | ::1/128 (loopback)",
                "0.0.0.0           | 0.0.0.0/32 (this host)",
                "0.1.2.3           | 0.0.0.0/8 (this network)",
                "::                | ::/128 (unspecified)",
                "169.254.169.254   | 169.254.0.0/16 (link-local)",
                "169.254.170.2     | 169.254.0.0/16 (link-local)",
                "fe80::a9fe:a9fe   | fe80::/10 (link-local)",
                "224.0.0.1         | 224.0.0.0/4 (multicast)",
                "239.255.255.250   | 224.0.0.0/4 (multicast)",
                "ff02::1           | ff00::/8 (multicast)",
                "255.255.255.255   | 255.255.255.255/32 (broadcast)",
                "100.100.100.200   | 100.100.100.200/32 (metadata of Alibaba Cloud)",
                "168.63.129.16     | 168.63.129.16/32 (metadata of Azure)",
                "192.0.0.192       | 192.0.0.192/32 (metadata of Oracle Cloud)",
                "fd00:ec2::254     | fd00:ec2::254/128 (metadata of Amazon EC2)",
                "fd20:ce::254      | fd20:ce::254/128 (metadata of Google Cloud)",
                "::127.0.0.1       | 127.0.0.0/8 (loopback), embedded in ::/96",
                "::ffff:0:127.0.0.1 | 127.0.0.0/8 (loopback), embedded in ::ffff:0:0:0/96",
                "64:ff9b::127.0.0.1 | 127.0.0.0/8 (loopback), embedded in 64:ff9b::/96",
                "64:ff9b::a9fe:a9fe | 169.254.0.0/16 (link-local), embedded in 64:ff9b::/96",
                "2002:7f00:1::1    | 127.0.0.0/8 (loopback), embedded in 2002::/16",
                "2002:a9fe:a9fe:1:2:3:4:5 | 169.254.0.0/16 (link-local), embedded in 2002::/16",
            })
    void keepsOthersFromWhatIsLocal(String address, String block) {
        assertThat(said(LOCAL, Client.ELSEWHERE, address)).isEqualTo(block);
        assertThat(said(LOCAL, Client.HERE, address)).isEqualTo("allowed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1",
                "172.16.0.1",
                "192.168.0.1",
                "100.64.0.1",
                "198.18.0.1",
                "240.0.0.1",
                "192.0.2.1",
                "fd00::1",
                "fec0::1",
                "64:ff9b::10.0.0.1",
                "2002:a00:1::",
                "2001::1",
                "64:ff9b:1::1",
                "3fff::1",
                "5f00::1",
                "100::1",
                "100:0:0:1::1",
                "2001:db8::1",
                "192.88.99.1",
                "192.0.0.8",
                "192.0.0.170",
                "::8.8.8.8",
                "::ffff:0:8.8.8.8",
                "4000::1",
                "fe00::1",
                "2001:10::1",
                "2001:2::1",
                "198.51.100.1",
                "203.0.113.1"
            })
    void refusesThemInModeStrictOnly(String address) {
        assertThat(said(LOCAL, Client.ELSEWHERE, address)).isEqualTo("allowed");
        assertThat(said(STRICT, Client.ELSEWHERE, address)).isNotEqualTo("allowed");
        assertThat(said(STRICT, Client.HERE, address)).isNotEqualTo("allowed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.8.8",
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.0.9",
                "192.0.0.10",
                "192.0.1.0",
                "192.31.196.1",
                "192.167.255.255",
                "192.169.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "168.63.129.15",
                "2606:4700::1111",
                "2002:808:808::1",
                "64:ff9b::8.8.8.8",
                "2001:1::1",
                "2001:4:112::1",
                "2001:20::1",
                "2001:200::1",
                "2620:4f:8000::1"
            })
    void letsThePublicInternetThrough(String address) {
        assertThat(said(STRICT, Client.ELSEWHERE, address)).isEqualTo("allowed");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.1.2.3, allowed",
        "10.1.2.3, 10.1.2.3, allowed",
        "192.0.0.0/24, 192.0.0.5, allowed",
        "127.0.0.1, 127.0.0.1, allowed",
        "169.254.169.254, 169.254.169.254, allowed",
        "fd00::/8, fd12::1, allowed",
        "::1, ::1, allowed",
        "64:ff9b::a00:0/104, 64:ff9b::10.1.2.3, allowed",
        "2002:a00::/24, 2002:a01:203::1, allowed",
        "64:ff9b:1::/48, 64:ff9b:1::1, allowed",
        "2001:db8::/32, 2001:db8::1, allowed",
        "0.0.0.0/0, 10.1.2.3, 10.0.0.0/8 (private use)",
        "10.0.0.0/7, 10.1.2.3, 10.0.0.0/8 (private use)",
        "::/0, ::1, ::1/128 (loopback)",
        "::/8, ::1, ::1/128 (loopback)",
        "192.0.0.0/24, 192.0.0.192, 192.0.0.192/32 (metadata of Oracle Cloud)",
        "fc00::/7, fd00:ec2::254, fd00:ec2::254/128 (metadata of Amazon EC2)",
        "fd00:ec2::254, fd00:ec2::254, allowed",
        "100.64.0.0/10, 100.100.100.200, 100.100.100.200/32 (metadata of Alibaba Cloud)",
        "240.0.0.0/4, 255.255.255.255, 255.255.255.255/32 (broadcast)",
        "11.0.0.0/8, 10.1.2.3, denied",
    })
    void makesAnExceptionForANetworkThatIsItselfSpecialPurpose(
            String target, String address, String said) {
        assertThat(said(STRICT, Client.ELSEWHERE, address, allowing(false, target)))
                .isEqualTo(said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "64:ff9b::/96 | 64:ff9b::10.1.2.3 | 10.0.0.0/8 (private use), embedded in 64:ff9b::/96",
                "2002::/16 | 2002:7f00:1:: | 127.0.0.0/8 (loopback), embedded in 2002::/16",
            })
    void doesNotTakeANetworkForWhatIsEmbeddedInIt(String target, String address, String said) {
        assertThat(said(STRICT, Client.ELSEWHERE, address, allowing(false, target)))
                .isEqualTo(said);
    }

    @Test
    void makesAnExceptionForOneTargetAmongMany() {
        Rule rule = allowing(false, "0.0.0.0/0", "10.1.0.0/16", ".example");
        assertThat(said(STRICT, Client.ELSEWHERE, "10.1.2.3", rule)).isEqualTo("allowed");
        assertThat(said(STRICT, Client.ELSEWHERE, "10.2.2.3", rule))
                .isEqualTo("10.0.0.0/8 (private use)");
    }

    @Test
    void makesNoExceptionByAnotherRuleThanTheOneThatDecides() {
        assertThat(
                        said(
                                STRICT,
                                Client.ELSEWHERE,
                                "10.1.2.3",
                                allowing(false, "*"),
                                allowing(false, "10.0.0.0/8")))
                .isEqualTo("10.0.0.0/8 (private use)");
    }

    @Test
    void makesNoExceptionForANameThatLeadsThere() {
        RuleSet rules = new RuleSet(List.of(allowing(false, "a.example")), Action.DENY);
        Access access =
                new Access(
                        ELSEWHERE,
                        false,
                        Optional.empty(),
                        Inbound.CONNECT,
                        new Destination.Name("a.example", 80));
        Policy policy = new Policy(rules, LOCAL, true);
        assertThat(policy.asked(access).allows()).isTrue();
        assertThat(policy.dialling(access, Networks.address("127.0.0.1")).verdict())
                .isEqualTo(new Verdict.Guarded("127.0.0.0/8 (loopback)"));
    }

    @Test
    void letsWhatARuleSaysIsUnguardedThrough() {
        assertThat(said(STRICT, Client.ELSEWHERE, "127.0.0.1", allowing(true, "*")))
                .isEqualTo("allowed");
    }

    @Test
    void saysOfADeniedAddressThatItIsDenied() {
        Rule deny =
                new Rule(
                        Action.DENY,
                        List.of(),
                        Set.of(),
                        Set.of(),
                        List.of(new Target.Anything()),
                        List.of(),
                        false,
                        "test");
        assertThat(said(STRICT, Client.ELSEWHERE, "127.0.0.1", deny)).isEqualTo("denied");
    }

    /** Otherwise the smaller block would open in one mode what the larger one closes in another. */
    @Test
    void hasNoBlockWithinALocalOneThatIsGuardedLess() {
        List<SpecialPurpose> blocks = SpecialPurpose.blocks();
        for (SpecialPurpose outer : blocks) {
            for (SpecialPurpose inner : blocks) {
                if (outer.guardedBy() == GuardedBy.LOCAL
                        && outer.network().prefix() <= inner.network().prefix()
                        && outer.network().contains(inner.network().first())) {
                    assertThat(inner.guardedBy())
                            .as("%s in %s", inner, outer)
                            .isEqualTo(GuardedBy.LOCAL);
                }
            }
        }
    }
}
