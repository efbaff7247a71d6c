package conduit.e2e.transparent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Finished;
import conduit.e2e.kit.Installed;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.transparent.Networks.Version;
import conduit.tproxy.CannotInstallException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules of {@code conduit tproxy rules} with real connections, on a gateway that has rules,
 * routing rules and routes of somebody else.
 */
class RulesTest {

    private static final String THERE_BEFORE =
            """
            nft -f - <<'END'
            table inet other {
              chain prerouting {
                type filter hook prerouting priority raw
                meta mark 99 accept
              }
            }
            END
            ip rule add fwmark 2 lookup 101
            ip route add local default dev lo table 101
            """;

    private static final String STATE =
            """
            nft -s list ruleset
            ip rule
            ip -6 rule
            ip route show table all
            ip -6 route show table all
            """;

    /** The gateway has routes for the usual mark and table already, which are not conduit's. */
    private static final String TPROXY = "--means=tproxy --mark=0x51 --route-table=1081";

    /** All networks of the test are private ones. */
    private static final String FORWARDED = "--in-interface=c0 --to=all";

    private static final int NOBODY = 1;
    private static final int USER = 4711;

    private static Networks networks;
    private static TestProxy marking;
    private static TestProxy asUser;

    /** What brings connections to conduit. */
    enum Means {
        REDIRECT("--means=redirect"),
        TPROXY(RulesTest.TPROXY);

        final String flags;

        Means(String flags) {
            this.flags = flags;
        }
    }

    /** Whose connections they are. */
    enum Whose {
        FORWARDED(RulesTest.FORWARDED),
        OWN_BUT_THOSE_WITH_A_MARK("--own --exempt-mark=7 --to=all"),
        OWN_BUT_THOSE_OF_A_USER("--own --exempt-user=" + USER + " --to=all"),
        BOTH("--in-interface=c0 --own --out-interface=s0 --exempt-mark=7 --to=all");

        final String flags;

        Whose(String flags) {
            this.flags = flags;
        }

        TestProxy proxy() {
            return this == OWN_BUT_THOSE_OF_A_USER ? asUser : marking;
        }
    }

    static Stream<Arguments> everyMeansForEverybody() {
        return Arrays.stream(Means.values())
                .flatMap(means ->
                        Arrays.stream(Whose.values()).map(whose -> Arguments.of(means, whose)));
    }

    @BeforeAll
    static void start() {
        Installed.program("nft");
        Installed.program("ip");
        networks = new Networks();
        Launch launch = Launch.withOnly("--tproxy-listen=[::]:0", "--http-listen=127.0.0.1:0");
        marking = networks.start(launch.with("--fwmark=7"));
        // The capabilities that root has by being root: for TPROXY, and to read the classes.
        String kept = "+net_admin,+dac_override,+dac_read_search";
        asUser =
                networks.start(
                        launch.under(
                                "setpriv",
                                "--reuid=" + USER,
                                "--inh-caps=" + kept,
                                "--ambient-caps=" + kept));
    }

    @AfterAll
    static void stop() {
        networks.stop(marking);
        networks.stop(asUser);
        networks.close();
    }

    @BeforeEach
    void letSomebodyElseHaveRules() {
        networks.onGateway(THERE_BEFORE);
    }

    @AfterEach
    void takeEverythingAway() throws CannotInstallException {
        networks.onGateway(
                """
                nft flush ruleset
                ip rule del fwmark 2 lookup 101
                ip route flush table 101
                """);
        rules("--remove");
    }

    @ParameterizedTest
    @MethodSource("everyMeansForEverybody")
    void carriesConnectionsAndLeavesNothingBehind(Means means, Whose whose) throws Exception {
        String before = networks.onGateway(STATE);
        List<String> flags =
                List.of(means.flags, whose.flags, "--to-port=" + port(whose.proxy()), "--apply");
        assertThat(rules(String.join(" ", flags)))
                .startsWith("Installed. While conduit is not running, ");
        for (Version version : Version.values()) {
            if (whose == Whose.FORWARDED || whose == Whose.BOTH) {
                expectCarriedForTheClient(version);
            }
            if (whose != Whose.FORWARDED) {
                expectCarriedForTheGateway(version, whose.proxy());
            }
        }
        assertThat(networks.onGateway(STATE)).isNotEqualTo(before);
        assertThat(rules("--remove")).isEqualTo("Nothing of conduit's is left.\n");
        assertThat(networks.onGateway(STATE)).isEqualTo(before);
    }

    @Test
    void applyingTwiceChangesNothing() throws Exception {
        String flags = everything();
        rules(flags + " --apply");
        String once = networks.onGateway(STATE);
        rules(flags + " --apply");
        assertThat(networks.onGateway(STATE)).isEqualTo(once);
    }

    @Test
    void theScriptDoesWhatApplyDoes() {
        String flags = everything();
        assertThat(run(flags + " --apply").output()).startsWith("Installed. ");
        String applied = networks.onGateway(STATE);
        assertThat(run("--remove").output()).isEqualTo("Nothing of conduit's is left.\n");
        String script = run(flags).output();
        networks.onGateway(script);
        assertThat(networks.onGateway(STATE)).isEqualTo(applied);
        networks.onGateway(script);
        assertThat(networks.onGateway(STATE)).isEqualTo(applied);
    }

    @Test
    void newRulesTakeThePlaceOfOldOnes() throws Exception {
        String before = networks.onGateway(STATE);
        rules(FORWARDED + " --means=tproxy --mark=5 --route-table=105 --to-port=1 --apply");
        rules(FORWARDED + " --means=tproxy --mark=6 --route-table=106 --to-port=1 --apply");
        assertThat(networks.onGateway(STATE))
                .contains("fwmark 0x6 lookup 106", "mark set 0x00000006")
                .doesNotContain("fwmark 0x5", "table 105", "0x00000005");
        rules(FORWARDED + " --means=redirect --to-port=1 --apply");
        assertThat(networks.onGateway(STATE)).doesNotContain("proto 67");
        rules("--remove");
        assertThat(networks.onGateway(STATE)).isEqualTo(before);
        rules("--remove");
        assertThat(networks.onGateway(STATE)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {" --apply", "--remove"})
    void takesAwayWhatAScriptForIptablesHasDone(String instead) throws Exception {
        Installed.program("iptables");
        networks.onGateway(rules(everything() + " --iptables"));
        String chains = "iptables-save | grep -c CONDUIT; ip6tables-save | grep -c CONDUIT || :";
        assertThat(networks.onGateway(chains)).doesNotContain("0\n0");
        rules(instead.equals("--remove") ? instead : everything() + instead);
        assertThat(networks.onGateway(chains.replace("T;", "T || :;"))).isEqualTo("0\n0\n");
        rules("--remove");
    }

    /** A name that begins as one of conduit's is not yet one. */
    @Test
    void leavesWhatOthersHaveDoneWithIptables() throws Exception {
        Installed.program("iptables");
        String rules =
                """
                iptables -%1$s INPUT -p tcp --dport 22 -j LOG --log-prefix CONDUIT_SSH
                iptables -%2$s CONDUIT_BLOCKLIST
                """;
        networks.onGateway(rules.formatted("A", "N"));
        String saved = "iptables-save | grep -v '^#' | sed 's/\\[.*//'";
        String before = networks.onGateway(saved);
        rules(everything() + " --apply");
        rules("--remove");
        assertThat(networks.onGateway(saved)).isEqualTo(before).contains("CONDUIT_BLOCKLIST");
        networks.onGateway(rules.formatted("D", "X"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--exempt-user=no-such-user --exempt-mark=7",
                "--exempt-mark=7 --route-table=100"
            })
    void leavesNothingHalfDone(String impossible) throws Exception {
        rules(everything() + " --apply");
        String before = networks.onGateway(STATE);
        String flags = "--own --means=tproxy --mark=3 --to-port=1 --apply " + impossible;
        assertThatExceptionOfType(CannotInstallException.class)
                .isThrownBy(() -> rules(flags))
                .withMessageContaining(" answered: ")
                .withMessageEndingWith("; nothing was changed");
        assertThat(networks.onGateway(STATE)).isEqualTo(before);
    }

    @Test
    void saysInOneLineThatARouteIsSomebodyElses() {
        Finished refused = tryRun(FORWARDED + " --means=tproxy --to-port=1 --apply");
        assertThat(refused.exitCode()).as("%s", refused).isEqualTo(1);
        assertThat(refused.output()).isEmpty();
        assertThat(refused.errors())
                .containsExactly(
                        "conduit: ip -4 route add local default dev lo table 100 proto 67 answered:"
                                + " RTNETLINK answers: File exists (somebody else's: choose another"
                                + " --route-table); nothing was changed");
    }

    @Test
    void saysInOneLineThatItMayNot() {
        Launch launch =
                launch(FORWARDED + " --to-port=1 --apply")
                        .under("setpriv", "--bounding-set=-net_admin");
        Finished refused = networks.runOnGateway(launch);
        assertThat(refused.exitCode()).as("%s", refused).isEqualTo(1);
        assertThat(refused.errors())
                .containsExactly(
                        "conduit: changing rules and routes takes CAP_NET_ADMIN, which this process"
                                + " has not got: run it as root");
    }

    /** In a mount namespace in which the program is no program. */
    @ParameterizedTest
    @ValueSource(strings = {"nft", "ip"})
    void saysInOneLineThatAProgramIsMissing(String program) {
        Launch launch =
                launch("--remove")
                        .under(
                                "unshare",
                                "--mount",
                                "sh",
                                "-ec",
                                "mount --bind /dev/null \"$0\"; exec \"$@\"",
                                Installed.program(program));
        Finished refused = networks.runOnGateway(launch);
        assertThat(refused.exitCode()).as("%s", refused).isEqualTo(1);
        assertThat(refused.errors())
                .singleElement()
                .asString()
                .startsWith("conduit: there is no program " + program + " here: install it");
    }

    @ParameterizedTest
    @EnumSource
    void leavesOtherDestinationsAlone(Means means) throws Exception {
        String caught = means.flags + " --in-interface=c0 --apply --to-port=" + port(marking);
        for (String but :
                List.of(
                        "--to=all --exclude=10.2.0.0/24 --exclude=fd02::2",
                        "--to=all --ports=1,3-5",
                        "--to=public")) {
            rules(caught + " " + but);
            for (Version version : Version.values()) {
                expectLeftAlone(version);
            }
        }
        rules(caught + " --to=all --family=ipv4");
        expectCarriedForTheClient(Version.IPV4);
        expectLeftAlone(Version.IPV6);
        rules(caught + " --to=all --family=ipv6");
        expectCarriedForTheClient(Version.IPV6);
        expectLeftAlone(Version.IPV4);
    }

    @ParameterizedTest
    @EnumSource
    void catchesNetworksForDocumentationAsPublicOnes(Means means) throws Exception {
        rules(means.flags + " --in-interface=c0 --apply --to-port=" + port(marking));
        for (Version version : Version.values()) {
            try (Origin origin = networks.documentedOrigin(version)) {
                expectCarried(networks.connect(origin.target()), origin, marking);
            }
        }
    }

    /** The gateway's own servers, and those behind an interface whose clients are caught. */
    @ParameterizedTest
    @EnumSource
    void leavesServersToTheirClients(Means means) throws Exception {
        rules(means.flags + " " + Whose.BOTH.flags + " --apply --to-port=" + port(marking));
        for (Version version : Version.values()) {
            try (Origin origin = networks.originOnGateway(version)) {
                expectLeftAlone(networks.connect(origin.target()), origin);
                expectLeftAlone(networks.connectFromTheServer(origin.target()), origin);
            }
            try (Origin origin = networks.originBesideTheClient(version)) {
                expectLeftAlone(networks.connectFromTheServer(origin.target()), origin);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void tproxyDoesWithoutConntrack(Version version) throws Exception {
        rules(TPROXY + " " + FORWARDED + " --apply --to-port=" + port(marking));
        networks.onGateway(
                """
                nft -f - <<'END'
                table inet untracked {
                  chain prerouting {
                    type filter hook prerouting priority raw
                    notrack
                  }
                  chain output {
                    type filter hook output priority raw
                    notrack
                  }
                }
                END
                """);
        expectCarriedForTheClient(version);
    }

    @ParameterizedTest
    @EnumSource
    void refusesForwardedConnectionsWhileConduitIsNotRunning(Means means) throws Exception {
        String said = rules(means.flags + " " + FORWARDED + " --apply --to-port=" + NOBODY);
        assertThat(said).contains("these connections are refused");
        for (Version version : Version.values()) {
            try (Origin origin = networks.origin(version)) {
                networks.expectRefused(origin.target());
                origin.expectUntouched();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesItsOwnMachinesConnectionsWhileConduitIsNotRunning(Means means) throws Exception {
        String whose = Whose.OWN_BUT_THOSE_WITH_A_MARK.flags;
        String said = rules(means.flags + " " + whose + " --apply --to-port=" + NOBODY);
        assertThat(said).contains("these connections are refused");
        for (Version version : Version.values()) {
            try (Origin origin = networks.origin(version)) {
                networks.expectRefusedOnGateway(origin.target());
                origin.expectUntouched();
            }
        }
    }

    @Test
    void letsForwardedConnectionsPassWhileConduitIsNotRunningWhereToldTo() throws Exception {
        String rules = TPROXY + " " + FORWARDED + " --fail-open --apply --to-port=";
        assertThat(rules(rules + NOBODY)).contains("they go on to where they were going");
        for (Version version : Version.values()) {
            expectLeftAlone(version);
        }
        rules(rules + port(marking));
        for (Version version : Version.values()) {
            expectCarriedForTheClient(version);
        }
    }

    @ParameterizedTest
    @EnumSource
    void carriesConnectionsWithIptablesToo(Means means) throws Exception {
        Installed.program("iptables");
        networks.onGateway(
                rules(
                        means.flags
                                + " "
                                + Whose.BOTH.flags
                                + " --iptables --to-port="
                                + port(marking)));
        for (Version version : Version.values()) {
            expectCarriedForTheClient(version);
            expectCarriedForTheGateway(version, marking);
            try (Origin origin = networks.originBesideTheClient(version).serving(Origin::echo);
                    Peer client = networks.connectFromTheServer(origin.target())) {
                assertThat(client.write("hello").readText(5)).isEqualTo("hello");
            }
        }
    }

    /** Its SYN comes again, so it was neither answered nor let through. */
    @Test
    void dropsForwardedConnectionsOfIptablesWhileConduitIsNotRunning() throws Exception {
        script(Whose.FORWARDED);
        try (Origin origin = networks.origin(Version.IPV4);
                SocketChannel _ = networks.beginToConnect(origin.target())) {
            await().until(() -> packetsForTproxy("CONDUIT_FORWARDED") >= 2);
            origin.expectUntouched();
        }
    }

    @Test
    void dropsItsOwnMachinesConnectionsOfIptablesWhileConduitIsNotRunning() throws Exception {
        script(Whose.OWN_BUT_THOSE_WITH_A_MARK);
        try (Origin origin = networks.origin(Version.IPV4);
                SocketChannel _ = networks.beginToConnectOnGateway(origin.target())) {
            await().until(() -> packetsForTproxy("CONDUIT_PREROUTING") >= 2);
            origin.expectUntouched();
        }
    }

    private static void script(Whose whose) throws CannotInstallException {
        Installed.program("iptables");
        String script = rules(TPROXY + " " + whose.flags + " --iptables --to-port=" + NOBODY);
        assertThat(script).contains("these connections are dropped");
        networks.onGateway(script);
    }

    private static int packetsForTproxy(String chain) {
        return Integer.parseInt(
                networks.onGateway(
                                "iptables -w -t mangle -nvxL %s | awk '/TPROXY/ {print $1}'"
                                        .formatted(chain))
                        .strip());
    }

    private static void expectCarriedForTheClient(Version version) throws Exception {
        try (Origin origin = networks.origin(version)) {
            expectCarried(networks.connect(origin.target()), origin, marking);
        }
    }

    private static void expectCarriedForTheGateway(Version version, TestProxy proxy)
            throws Exception {
        try (Origin origin = networks.origin(version)) {
            expectCarried(networks.connectOnGateway(origin.target()), origin, proxy);
        }
    }

    private static void expectCarried(Peer connected, Origin origin, TestProxy proxy)
            throws Exception {
        try (Peer client = connected;
                Peer remote = origin.accept()) {
            assertThat(remote.otherEnd()).isNotEqualTo(client.address());
            client.write("question").finish();
            assertThat(remote.readToEnd()).isEqualTo("question");
            remote.write("answer").finish();
            assertThat(client.readToEnd()).isEqualTo("answer");
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.outcome()).as("%s", line).isEqualTo("completed");
            assertThat(line.remote()).isEqualTo(origin.target().address());
        }
    }

    private static void expectLeftAlone(Version version) throws Exception {
        try (Origin origin = networks.origin(version)) {
            expectLeftAlone(networks.connect(origin.target()), origin);
        }
    }

    /** The server sees the client itself. */
    private static void expectLeftAlone(Peer connected, Origin origin) throws Exception {
        try (Peer client = connected;
                Peer remote = origin.accept()) {
            assertThat(remote.otherEnd()).isEqualTo(client.address());
            remote.write("answer").finish();
            assertThat(client.readToEnd()).isEqualTo("answer");
        }
    }

    private static String everything() {
        return TPROXY
                + " --in-interface=c0 --own --out-interface=s0 --exempt-mark=7 --exempt-user=root"
                + " --ports=80,443,8000-8999 --exclude=203.0.113.0/24 --exclude=2001:db8::/32"
                + " --to-port="
                + port(marking);
    }

    /** By this process, which is quicker than a new one. */
    private static String rules(String flags) throws CannotInstallException {
        return networks.carryOut(flags.split(" "));
    }

    private static Finished run(String flags) {
        Finished done = tryRun(flags);
        assertThat(done.exitCode()).as("%s", done).isZero();
        assertThat(done.errors()).isEmpty();
        return done;
    }

    private static Finished tryRun(String flags) {
        return networks.runOnGateway(launch(flags));
    }

    private static Launch launch(String flags) {
        return Launch.withOnly(arguments(flags));
    }

    private static String[] arguments(String flags) {
        List<String> arguments = new ArrayList<>(List.of("tproxy", "rules"));
        arguments.addAll(List.of(flags.split(" ")));
        return arguments.toArray(String[]::new);
    }

    private static int port(TestProxy proxy) {
        return proxy.tproxy().getPort();
    }
}
