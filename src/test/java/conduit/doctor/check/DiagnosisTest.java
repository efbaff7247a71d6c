package conduit.doctor.check;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.Examination;
import conduit.config.Fwmark;
import conduit.config.Listener;
import conduit.config.SeenAs;
import conduit.doctor.ask.Found;
import conduit.doctor.look.Device;
import conduit.doctor.look.Expression;
import conduit.doctor.look.Listening;
import conduit.doctor.look.Listening.Transparency;
import conduit.doctor.look.Machine;
import conduit.doctor.look.Owner;
import conduit.doctor.look.Routing;
import conduit.doctor.look.Settings;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.IptablesReader;
import conduit.doctor.rules.Ruleset;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the checks say of facts that a test cannot bring about, or only on a machine of its own. */
class DiagnosisTest {

    private static final long ALL_CAPABILITIES = -1;

    private static final Owner CONDUIT =
            new Owner(
                    4711,
                    "java",
                    13,
                    14,
                    ALL_CAPABILITIES,
                    0,
                    1 << 20,
                    1 << 20,
                    List.of("conduit"));

    private static final Listening LISTENER =
            new Listening(
                    InetAddress.ofLiteral("::"),
                    8081,
                    Set.of(Family.values()),
                    Transparency.TRANSPARENT,
                    Optional.of(CONDUIT));

    private static final String TPROXY =
            "*mangle\n-A PREROUTING -i eth1 -p tcp -j TPROXY --on-port 8081 --tproxy-mark 0x1\n";

    private static Found<Ruleset> rules(String saved) {
        return new Found.Seen<>(IptablesReader.read(Family.IPV4, saved));
    }

    private static List<Finding> of(Found<Ruleset> rules, Settings settings, Owner holder) {
        Map<Expression, Found<String>> expressions = new EnumMap<>(Expression.class);
        for (Expression expression : Expression.values()) {
            expressions.put(expression, new Found.Unseen<>("nft is not installed"));
        }
        Machine machine =
                new Machine(
                        rules,
                        new Found.Unseen<Routing>("ip is not installed"),
                        List.of(
                                new Listening(
                                        LISTENER.address(),
                                        LISTENER.port(),
                                        LISTENER.serves(),
                                        LISTENER.transparency(),
                                        Optional.of(holder))),
                        settings,
                        List.of(new Device("eth1.7", List.of()), new Device("eth1", List.of())),
                        CONDUIT,
                        Map.of(Family.IPV4, Optional.empty(), Family.IPV6, Optional.empty()),
                        expressions,
                        List.of("br0"),
                        List.of());
        Examination wanted =
                new Examination(
                        List.of(
                                new Listener(
                                        Listener.Protocol.TPROXY,
                                        new InetSocketAddress(InetAddress.ofLiteral("::"), 8081))),
                        Optional.of(new Fwmark(7)),
                        SeenAs.CONDUIT,
                        10_000,
                        List.of("--tproxy-listen=[::]:8081", "--fwmark=7"),
                        Examination.Canary.KEPT,
                        Examination.Form.TEXT);
        return Diagnosis.of(new Situation(machine, wanted));
    }

    private static Finding finding(String check, List<Finding> among) {
        return among.stream()
                .filter(finding -> finding.check().equals(check))
                .findFirst()
                .orElseThrow(() -> new AssertionError(check + " in " + among));
    }

    private static Settings settings(String... pathsAndValues) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < pathsAndValues.length; i += 2) {
            values.put(pathsAndValues[i], pathsAndValues[i + 1]);
        }
        return new Settings(values);
    }

    @Test
    void namesInterfacesThatAreNotThere() {
        assertThat(
                        finding(
                                "interface",
                                of(rules(TPROXY.replace("eth1", "eth9")), settings(), CONDUIT)))
                .isInstanceOf(Finding.Warn.class)
                .extracting(Finding::says)
                .isEqualTo("the rules take what arrives at eth9, and there is no such interface");
        for (String there : List.of("eth1", "eth+")) {
            assertThat(of(rules(TPROXY.replace("eth1", there)), settings(), CONDUIT))
                    .extracting(Finding::check)
                    .doesNotContain("interface");
        }
    }

    @Test
    void saysWhatItCannotLookAtAndWhy() {
        List<Finding> findings =
                of(new Found.Unseen<>("nft is not installed"), settings(), CONDUIT);
        assertThat(finding("rules", findings))
                .isEqualTo(
                        new Finding.Warn(
                                "rules",
                                "the firewall's rules cannot be looked at: nft is not installed",
                                "apt-get install nftables iproute2"));
        assertThat(finding("kernel", findings)).isInstanceOf(Finding.Warn.class);
        assertThat(findings).extracting(Finding::check).doesNotContain("route", "rp_filter");
    }

    @Test
    void saysWhyRoutesCannotBeLookedAt() {
        assertThat(finding("route", of(rules(TPROXY), settings(), CONDUIT)).says())
                .isEqualTo("the routes cannot be looked at: ip is not installed");
    }

    @Test
    void warnsOfBridgesThatHandTheirPacketsToTheRules() {
        Finding finding =
                finding(
                        "bridge",
                        of(
                                rules(TPROXY),
                                settings("net/bridge/bridge-nf-call-iptables", "1"),
                                CONDUIT));
        assertThat(finding)
                .isInstanceOfSatisfying(
                        Finding.Warn.class,
                        warn ->
                                assertThat(warn.mend())
                                        .isEqualTo(
                                                "sysctl -w net.bridge.bridge-nf-call-iptables=0"));
    }

    @Test
    void writesTheNameOfAnInterfaceWithADotAsSysctlReadsIt() {
        Finding finding =
                finding(
                        "rp_filter",
                        of(
                                rules(TPROXY.replace("eth1", "eth1.7")),
                                settings("net/ipv4/conf/all/rp_filter", "1"),
                                CONDUIT));
        assertThat(((Finding.Warn) finding).mend())
                .isEqualTo("sysctl -w net/ipv4/conf/eth1.7/rp_filter=2");
    }

    @Test
    void failsWhereConntrackIsFullAndWarnsWhereItWillBe() {
        assertThat(finding("conntrack", of(rules(TPROXY), conntrack("100", "100"), CONDUIT)))
                .isInstanceOf(Finding.Fail.class);
        assertThat(finding("conntrack", of(rules(TPROXY), conntrack("5", "20004"), CONDUIT)))
                .isInstanceOf(Finding.Warn.class);
        assertThat(finding("conntrack", of(rules(TPROXY), conntrack("4", "20004"), CONDUIT)))
                .isInstanceOf(Finding.Ok.class);
    }

    private static Settings conntrack(String count, String most) {
        return settings(
                "net/netfilter/nf_conntrack_count", count, "net/netfilter/nf_conntrack_max", most);
    }

    @Test
    void warnsOfSmallPipesWhereConduitHasNoPrivileges() {
        Owner nobody = new Owner(4711, "java", 13, 14, 0, 0, 1 << 20, 1 << 20, List.of("conduit"));
        Settings small = settings("fs/pipe-max-size", "65536");
        Settings few = settings("fs/pipe-user-pages-soft", "6399");
        assertThat(finding("pipes", of(rules(TPROXY), small, nobody)))
                .isInstanceOf(Finding.Warn.class);
        assertThat(finding("pipes", of(rules(TPROXY), few, nobody)))
                .isInstanceOf(Finding.Warn.class);
        assertThat(finding("pipes", of(rules(TPROXY), few, CONDUIT)))
                .isInstanceOf(Finding.Ok.class);
    }

    @Test
    void countsAnExemptionOfTheUserThatConduitRunsAs() {
        String own = "*nat\n-A OUTPUT -p tcp -m owner ! --uid-owner 13 -j REDIRECT --to-ports 8081";
        assertThat(finding("own-traffic", of(rules(own), settings(), CONDUIT)))
                .isInstanceOf(Finding.Ok.class);
        assertThat(finding("own-traffic", of(rules(own.replace("13", "99")), settings(), CONDUIT)))
                .isEqualTo(
                        new Finding.Warn(
                                "own-traffic",
                                "iptables nat OUTPUT leaves some users or groups alone, and"
                                        + " process 4711 (java) is none of them",
                                "iptables -t nat -I OUTPUT -m mark --mark 7 -j RETURN"));
    }

    @Test
    void warnsOfARuleOfOthersBesideConduitsThatLeadsToNobody() {
        Finding finding =
                finding(
                        "left-behind",
                        of(
                                rules(
                                        TPROXY
                                                + "-A PREROUTING -p tcp -j TPROXY --on-port 9"
                                                + " --tproxy-mark 0x1\n"),
                                settings(),
                                CONDUIT));
        assertThat(((Finding.Warn) finding).mend())
                .isEqualTo("start whoever is to listen there: ss -Htln 'sport = :9'");
    }

    @Test
    void quotesTheCommandLineAsAShellWantsIt() {
        StartCommand start =
                new StartCommand(
                        List.of("--tproxy-listen", "[::]:1", "--upstream-auth-file=/a b/it's"));
        assertThat(start.listeningOnAll(8081).marking(0x2a).toString())
                .isEqualTo(
                        "conduit '--upstream-auth-file=/a b/it'\\''s' --tproxy-listen=[::]:8081"
                                + " --fwmark=0x2a");
    }
}
