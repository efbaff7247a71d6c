package conduit.outbound.parent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.Credentials;
import conduit.config.KeepAlive;
import conduit.config.Upstream;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.transport.Transport;
import conduit.tunnel.Connector;
import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tunnels through a parent that speaks SOCKS5, which the test plays. */
class SocksParentTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(400);

    private static final String WANTED = "wanted.test:443";
    private static final String REQUEST = "\5\1\0\3\u000bwanted.test\1\u00bb";
    private static final String GREETING = "\5\1\0";
    private static final String GREETING_WITH_PASSWORD = "\5\2\0\2";
    private static final String NO_AUTHENTICATION = "\5\0";
    private static final String PASSWORD_PLEASE = "\5\2";
    private static final String YES = "\5\0\0\1\177\0\0\1\0\120";
    private static final Credentials KNOWN = new Credentials("user", "secret");

    @AutoClose
    private static final Transport transport = new Transport(1, new KeepAlive.KernelDefaults());

    @AutoClose private Origin parent;

    @BeforeEach
    void listen() throws Exception {
        parent = Origin.listen();
    }

    /** Where a handshake can be interrupted. */
    enum Stage {
        GREETED("the greeting"),
        PASSWORD_GIVEN("user and password"),
        ASKED("CONNECT");

        private final String unanswered;

        Stage(String unanswered) {
            this.unanswered = unanswered;
        }
    }

    @Test
    void asksForANameWithoutLookingItUp() throws Exception {
        expectRequest(WANTED, REQUEST);
        String longest = "a".repeat(63) + ("." + "b".repeat(62)).repeat(3);
        expectRequest(longest + ":80", "\5\1\0\3" + (char) longest.length() + longest + "\0\120");
    }

    @Test
    void asksForAnAddressAsTheClientDid() throws Exception {
        expectRequest("192.0.2.7:80", "\5\1\0\1\u00c0\0\2\7\0\120");
        expectRequest(
                "[2001:db8::7]:65535", "\5\1\0\4\40\1\r\u00b8\0\0\0\0\0\0\0\0\0\0\0\7\u00ff\u00ff");
    }

    private void expectRequest(String destination, String request) throws Exception {
        Trial trial = tunnel(destination, Optional.empty(), LONG);
        Peer peer = parent.accept();
        expect(peer, GREETING);
        trial.expectNothing();
        peer.write(NO_AUTHENTICATION);
        expect(peer, request);
        peer.write(YES);

        Connector.Remote remote = trial.connected();
        assertThat(remote.hop()).isEqualTo(new Connector.NextHop.Origin());
        remote.channel().close();
        peer.expectEnd();
    }

    @Test
    void givesUserAndPasswordWhenTheParentWantsThem() throws Exception {
        Credentials credentials = new Credentials("us\u00e9r", "x".repeat(255));
        Trial trial = tunnel(WANTED, Optional.of(credentials), LONG);
        Peer peer = parent.accept();
        expect(peer, GREETING_WITH_PASSWORD);
        peer.write(PASSWORD_PLEASE);
        String user = new String("us\u00e9r".getBytes(UTF_8), ISO_8859_1);
        expect(peer, "\1\5" + user + "\u00ff" + "x".repeat(255));
        peer.write("\1\0");
        expect(peer, REQUEST);
        peer.write(YES);

        trial.connected().channel().close();
    }

    @Test
    void keepsThePasswordWhenTheParentDoesNotWantIt() throws Exception {
        Trial trial = tunnel(WANTED, Optional.of(KNOWN), LONG);
        Peer peer = parent.accept();
        expect(peer, GREETING_WITH_PASSWORD);
        peer.write(NO_AUTHENTICATION);
        expect(peer, REQUEST);
        peer.write(YES);

        trial.connected().channel().close();
    }

    @Test
    void tunnelsAnExchangeToo() throws Exception {
        Upstream.Parent upstream =
                new Upstream.SocksParent(Trial.at(parent.target()), Optional.empty());
        Trial trial = Trial.begin(transport, upstream, WANTED, Trial.EXCHANGE, LONG);
        asked(Optional.empty()).write(YES);

        Connector.Remote remote = trial.connected();
        assertThat(remote.hop()).isEqualTo(new Connector.NextHop.Origin());
        remote.channel().close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\5\0\0\1\177\0\0\1\0\120",
                "\5\0\0\3\tproxy.lan\0\120",
                "\5\0\0\3\0\0\120",
                "\5\0\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\120",
            })
    void handsOnWhatComesBehindTheReplyWhateverItsAddressIs(String reply) throws Exception {
        Trial trial = tunnel(WANTED, Optional.empty(), LONG);
        Peer peer = asked(Optional.empty());

        peer.write(reply + "SSH-2.0-banner\r\n");

        Connector.Remote remote = trial.connected();
        assertThat(trial.arrived(16)).isEqualTo("SSH-2.0-banner\r\n");
        peer.write("later");
        trial.expectNothing();
        remote.channel().read();
        assertThat(trial.arrived(5)).isEqualTo("later");
        remote.channel().close();
    }

    @Test
    void handsOnAnEndOfStreamBehindTheReply() throws Exception {
        Trial trial = tunnel(WANTED, Optional.empty(), LONG);

        asked(Optional.empty()).write(YES + "bye").finish();

        Connector.Remote remote = trial.connected();
        remote.channel().read();
        assertThat(trial.arrived(3 + Trial.END.length())).isEqualTo("bye" + Trial.END);
        remote.channel().close();
    }

    @ParameterizedTest
    @CsvSource({
        "1, PARENT_REFUSED, general failure",
        "2, PARENT_REFUSED, not allowed by its rules",
        "3, NETWORK_UNREACHABLE, network unreachable",
        "4, HOST_UNREACHABLE, host unreachable",
        "5, CONNECTION_REFUSED, connection refused",
        "6, CONNECT_TIMED_OUT, TTL expired",
        "7, PARENT_REFUSED, command not supported",
        "8, PARENT_REFUSED, address type not supported",
        "9, PARENT_REFUSED, a code that means nothing",
        "255, PARENT_REFUSED, a code that means nothing",
    })
    void tellsWhatTheParentReplies(int code, Refusal refusal, String words) throws Exception {
        Trial trial = tunnel(WANTED, Optional.empty(), LONG);
        Peer peer = asked(Optional.empty());

        peer.write("\5" + (char) code + "\0\1\0\0\0\0\0\0");

        assertThat(refused(trial, refusal).detail())
                .isEqualTo("parent %s replies %d, %s", at(), code, words);
        peer.expectClosed();
    }

    @Test
    void saysWhenTheParentRefusesTheCredentials() throws Exception {
        Trial trial = tunnel(WANTED, Optional.of(KNOWN), LONG);
        Peer peer = interrupted(Stage.PASSWORD_GIVEN);

        peer.write("\1\1");

        assertThat(refused(trial, Refusal.PARENT_CREDENTIALS_REFUSED).detail())
                .isEqualTo("parent %s refuses the credentials", at());
        peer.expectClosed();
    }

    @Test
    void saysWhenTheParentTakesNoMethod() throws Exception {
        Trial without = tunnel(WANTED, Optional.empty(), LONG);
        parent.accept().write("\5\u00ff");
        assertThat(refused(without, Refusal.PARENT_CREDENTIALS_REFUSED).detail())
                .contains("takes nobody without credentials");

        Trial with = tunnel(WANTED, Optional.of(KNOWN), LONG);
        parent.accept().write("\5\u00ff");
        assertThat(refused(with, Refusal.PARENT_CREDENTIALS_REFUSED).detail())
                .contains("takes neither user and password nor a client without");
    }

    @Test
    void saysWhenTheParentWantsAPasswordUnasked() throws Exception {
        Trial trial = tunnel(WANTED, Optional.empty(), LONG);

        parent.accept().write(PASSWORD_PLEASE);

        assertThat(refused(trial, Refusal.PARENT_CREDENTIALS_REFUSED).detail())
                .isEqualTo("parent %s wants user and password, and there are none", at());
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n\r\n", "\5\1", "\4\133"})
    void saysWhenTheParentSpeaksSomethingElse(String answer) throws Exception {
        Trial trial = tunnel(WANTED, Optional.empty(), LONG);
        Peer peer = parent.accept();

        peer.write(answer);

        refused(trial, Refusal.PARENT_FAILED);
        expect(peer, GREETING);
        peer.expectClosed();
    }

    @ParameterizedTest
    @EnumSource
    void saysWhenTheParentCloses(Stage stage) throws Exception {
        Trial trial = tunnel(WANTED, Optional.of(KNOWN), LONG);
        Peer peer = interrupted(stage);

        peer.finish();

        assertThat(refused(trial, Refusal.PARENT_FAILED).detail())
                .isEqualTo(
                        "parent %s closed the connection instead of answering %s",
                        at(), stage.unanswered);
        peer.expectClosed();
    }

    @ParameterizedTest
    @EnumSource
    void saysWhenTheParentResets(Stage stage) throws Exception {
        Trial trial = tunnel(WANTED, Optional.of(KNOWN), LONG);

        interrupted(stage).reset();

        assertThat(refused(trial, Refusal.PARENT_FAILED).detail())
                .isEqualTo(
                        "parent %s reset the connection instead of answering %s",
                        at(), stage.unanswered);
    }

    @ParameterizedTest
    @EnumSource
    void waitsNoLongerThanTheDeadlineAtAnyStage(Stage stage) throws Exception {
        Trial trial = tunnel(WANTED, Optional.of(KNOWN), SHORT);
        Peer peer = interrupted(stage);

        assertThat(refused(trial, Refusal.PARENT_TIMED_OUT).detail())
                .isEqualTo("parent %s has not answered %s in time", at(), stage.unanswered);
        peer.expectClosed();
    }

    @Test
    void doesNotLetAByteNowAndThenExtendTheDeadline() throws Exception {
        Trial trial = tunnel(WANTED, Optional.empty(), SHORT);
        Peer peer = asked(Optional.empty());

        String endless = "\5\0\0\3\u00ff" + "x".repeat(257);
        assertThat(peer.dripUntilClosed(endless, SHORT.dividedBy(8))).isLessThan(200);

        refused(trial, Refusal.PARENT_TIMED_OUT);
    }

    @ParameterizedTest
    @EnumSource
    void leavesNothingBehindWhenItIsCancelledAtAnyStage(Stage stage) throws Exception {
        Trial trial = tunnel(WANTED, Optional.of(KNOWN), LONG);
        Peer peer = interrupted(stage);
        assertThat(trial.phase()).isEqualTo(Phase.HANDSHAKE);

        trial.cancel();

        peer.expectClosed();
        trial.expectNothing();
    }

    private Trial tunnel(String destination, Optional<Credentials> credentials, Duration timeout)
            throws Exception {
        Upstream.Parent upstream = new Upstream.SocksParent(Trial.at(parent.target()), credentials);
        return Trial.begin(transport, upstream, destination, Trial.TUNNEL, timeout);
    }

    /** The parent's side of the connection, once the request has come. */
    private Peer asked(Optional<Credentials> credentials) throws Exception {
        Peer peer = parent.accept();
        expect(peer, credentials.isEmpty() ? GREETING : GREETING_WITH_PASSWORD);
        peer.write(NO_AUTHENTICATION);
        expect(peer, REQUEST);
        return peer;
    }

    /** The parent's side of a connection with credentials, as far as this stage. */
    private Peer interrupted(Stage stage) throws Exception {
        Peer peer = parent.accept();
        expect(peer, GREETING_WITH_PASSWORD);
        if (stage == Stage.GREETED) {
            return peer;
        }
        peer.write(PASSWORD_PLEASE);
        expect(peer, "\1\4user\6secret");
        if (stage == Stage.PASSWORD_GIVEN) {
            return peer;
        }
        peer.write("\1\0");
        expect(peer, REQUEST);
        return peer;
    }

    private static void expect(Peer peer, String bytes) throws Exception {
        assertThat(peer.readText(bytes.length())).isEqualTo(bytes);
    }

    private static Refused refused(Trial trial, Refusal expected) throws Exception {
        Refused refused = trial.refused();
        assertThat(refused.refusal()).as("%s", refused).isEqualTo(expected);
        assertThat(refused.by()).isEqualTo(Party.PARENT);
        assertThat(refused.phase()).isEqualTo(Phase.HANDSHAKE);
        assertThat(refused.detail()).doesNotContain(KNOWN.password());
        return refused;
    }

    private String at() {
        return Trial.at(parent.target()).toString();
    }
}
