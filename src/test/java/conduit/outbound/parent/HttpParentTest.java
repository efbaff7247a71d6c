package conduit.outbound.parent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Destination;
import conduit.config.Credentials;
import conduit.config.KeepAlive;
import conduit.config.Upstream;
import conduit.e2e.kit.Blackhole;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.transport.Transport;
import conduit.tunnel.Connector;
import conduit.tunnel.Connector.Purpose;
import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tunnels and exchanges through a parent that speaks HTTP, which the test plays. */
class HttpParentTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final String WANTED = "wanted.test:443";
    private static final String REQUEST =
            "CONNECT wanted.test:443 HTTP/1.1\r\nHost: wanted.test:443\r\nVia: 1.1 us\r\n\r\n";
    private static final String YES = "HTTP/1.1 200 Connection established\r\n\r\n";

    @AutoClose
    private static final Transport transport = new Transport(1, new KeepAlive.KernelDefaults());

    @AutoClose private Origin parent;

    @BeforeEach
    void listen() throws Exception {
        parent = Origin.listen();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wanted.test:443",
                "wanted.test.:443",
                "192.0.2.7:80",
                "[2001:db8::7]:65535",
            })
    void asksForTheDestinationAsTheClientNamesIt(String destination) throws Exception {
        Trial trial = tunnel(destination, LONG);
        Peer peer = parent.accept();

        String request =
                "CONNECT %1$s HTTP/1.1\r\nHost: %1$s\r\nVia: 1.1 us\r\n\r\n".formatted(destination);
        assertThat(peer.readText(request.length())).isEqualTo(request);
        peer.write(YES);

        Connector.Remote remote = trial.connected();
        assertThat(remote.hop()).isEqualTo(new Connector.NextHop.Origin());
        remote.channel().close().sync();
        peer.expectClosed();
    }

    @Test
    void sendsCredentialsWithTheRequest() throws Exception {
        Credentials credentials = new Credentials("us\u00e9r", "p:\u00e4ss");
        Trial trial = begin(credentials, Trial.TUNNEL);
        Peer peer = parent.accept();

        String basic = Base64.getEncoder().encodeToString("us\u00e9r:p:\u00e4ss".getBytes(UTF_8));
        String request = REQUEST.strip() + "\r\nProxy-Authorization: Basic " + basic + "\r\n\r\n";
        assertThat(peer.readText(request.length())).isEqualTo(request);
        peer.write(YES);
        trial.connected().channel().close();
    }

    @Test
    void handsOnWhatComesBehindTheAnswer() throws Exception {
        Trial trial = tunnel(WANTED, LONG);
        Peer peer = asked();

        peer.write(YES + "SSH-2.0-banner\r\n");

        Connector.Remote remote = trial.connected();
        assertThat(trial.arrived(16)).isEqualTo("SSH-2.0-banner\r\n");
        assertThat(remote.channel().pipeline().get(HandshakeHandler.class)).isNull();
        peer.write("later");
        trial.expectNothing();
        remote.channel().read();
        assertThat(trial.arrived(5)).isEqualTo("later");
        remote.channel().close();
    }

    @Test
    void handsOnAnEndOfStreamBehindTheAnswer() throws Exception {
        Trial trial = tunnel(WANTED, LONG);
        Peer peer = asked();

        peer.write(YES + "bye").finish();

        Connector.Remote remote = trial.connected();
        remote.channel().read();
        assertThat(trial.arrived(3 + Trial.END.length())).isEqualTo("bye" + Trial.END);
        remote.channel().close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.0 200 OK\r\n\r\n",
                "HTTP/1.1 201 Created\r\nContent-Length: 3\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
            })
    void takesWhateverMeansYes(String answer) throws Exception {
        Trial trial = tunnel(WANTED, LONG);
        Peer peer = asked();

        peer.write(answer + "abc");

        trial.connected().channel().close();
        assertThat(trial.arrived(3)).isEqualTo("abc");
    }

    @Test
    void takesAnAnswerInPieces() throws Exception {
        Trial trial = tunnel(WANTED, LONG);
        Peer peer = asked();

        for (byte next : (YES + "abc").getBytes(ISO_8859_1)) {
            peer.write(new byte[] {next});
            trial.phase();
        }

        trial.connected().channel().read();
        assertThat(trial.arrived(1)).startsWith("a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    403 Forbidden                                 | PARENT_REFUSED
                    502 Bad Gateway                               | PARENT_REFUSED
                    503 Service Unavailable                       | PARENT_REFUSED
                    504 Gateway Timeout                           | PARENT_REFUSED
                    502 No;Proxy-Status: p; error=connection_refused       | CONNECTION_REFUSED
                    504 No;Proxy-Status: p; error=connection_timeout       | CONNECT_TIMED_OUT
                    502 No;Proxy-Status: p; error=destination_ip_unroutable | HOST_UNREACHABLE
                    502 No;Proxy-Status: p; error=dns_error       | NAME_LOOKUP_FAILED
                    502 No;Proxy-Status: p; error=dns_error; rcode="NXDOMAIN" | NAME_NOT_FOUND
                    502 No;Proxy-Status: p; error=dns_error; rcode="SERVFAIL" | NAME_LOOKUP_FAILED
                    504 No;Proxy-Status: p; error=dns_timeout     | NAME_LOOKUP_TIMED_OUT
                    508 No;Proxy-Status: p; error=proxy_loop_detected      | WOULD_LOOP
                    403 No;Proxy-Status: p; error=http_request_denied      | PARENT_REFUSED
                    """)
    void tellsWhatTheParentSays(String answer, Refusal refusal) throws Exception {
        Trial trial = tunnel(WANTED, LONG);
        Peer peer = asked();

        peer.write("HTTP/1.1 " + answer.replaceFirst(";", "\r\n") + "\r\n\r\nbody");

        Refused refused = refused(trial, refusal);
        assertThat(refused.detail())
                .isEqualTo("parent " + at() + " says " + answer.replaceFirst(";.*", ""));
        peer.expectClosed();
    }

    @Test
    void saysWhenTheParentRefusesTheCredentialsOrWantsSome() throws Exception {
        String answer = "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n";
        Trial without = tunnel(WANTED, LONG);
        asked().write(answer);
        assertThat(refused(without, Refusal.PARENT_CREDENTIALS_REFUSED).detail())
                .isEqualTo(
                        "parent %s wants credentials, and there are none: 407 Proxy Authentication"
                                        .formatted(at())
                                + " Required");

        Trial with = begin(new Credentials("somebody", "secret"), Trial.TUNNEL);
        parent.accept().write(answer);
        assertThat(refused(with, Refusal.PARENT_CREDENTIALS_REFUSED).detail())
                .isEqualTo(
                        "parent %s refuses the credentials: 407 Proxy Authentication Required"
                                .formatted(at()));
    }

    @Test
    void readsNoEndlessHeader() throws Exception {
        String header = "X-Filler: " + "x".repeat(1_000_000);
        parent.serving(peer -> peer.write("HTTP/1.1 200 OK\r\n" + header));

        Trial trial = tunnel(WANTED, LONG);

        assertThat(refused(trial, Refusal.PARENT_FAILED).detail())
                .isEqualTo("parent " + at() + " sends a header of more than 65536 bytes");
    }

    @Test
    void saysWhenTheParentSpeaksSomethingElse() throws Exception {
        Trial trial = tunnel(WANTED, LONG);
        Peer peer = asked();

        peer.write("SSH-2.0-OpenSSH_9.2\r\n");

        assertThat(refused(trial, Refusal.PARENT_FAILED).detail())
                .isEqualTo("parent " + at() + " does not answer in HTTP/1.1");
        peer.expectClosed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\n"})
    void saysWhenTheParentCloses(String beginning) throws Exception {
        Trial trial = tunnel(WANTED, LONG);
        Peer peer = asked();

        peer.write(beginning).finish();

        assertThat(refused(trial, Refusal.PARENT_FAILED).detail())
                .isEqualTo("parent %s closed the connection instead of answering CONNECT", at());
        peer.expectClosed();
    }

    @Test
    void saysWhenTheParentResets() throws Exception {
        Trial trial = tunnel(WANTED, LONG);

        asked().reset();

        assertThat(refused(trial, Refusal.PARENT_FAILED).detail())
                .isEqualTo("parent %s reset the connection instead of answering CONNECT", at());
    }

    @Test
    void waitsNoLongerThanTheDeadlineForAParentThatIsSilent() throws Exception {
        Trial trial = tunnel(WANTED, SHORT);
        Peer peer = asked();

        assertThat(refused(trial, Refusal.PARENT_TIMED_OUT).detail())
                .isEqualTo("parent %s has not answered CONNECT in time", at());
        peer.expectClosed();
    }

    @Test
    void doesNotLetAByteNowAndThenExtendTheDeadline() throws Exception {
        Trial trial = tunnel(WANTED, SHORT);
        Peer peer = asked();

        String endless = "HTTP/1.1 200 OK\r\nX: " + "x".repeat(1000);
        assertThat(peer.dripUntilClosed(endless, SHORT.dividedBy(8))).isLessThan(1000);

        refused(trial, Refusal.PARENT_TIMED_OUT);
    }

    @Test
    void saysWhenTheParentCannotBeReached() throws Exception {
        parent.close();

        Refused refused = tunnel(WANTED, LONG).refused();

        assertThat(refused.refusal()).isEqualTo(Refusal.CONNECTION_REFUSED);
        assertThat(refused.by()).isEqualTo(Party.PARENT);
        assertThat(refused.phase()).isEqualTo(Phase.CONNECT);
        assertThat(refused.detail())
                .isEqualTo(
                        "parent %1$s cannot be reached: connect to %1$s: connection refused", at());
    }

    @Test
    void handsTheConnectionOnForAnExchangeWithoutAWord() throws Exception {
        Destination at = Trial.at(parent.target());
        Connector.Remote without = exchange(Optional.empty()).connected();
        assertThat(without.hop()).isEqualTo(new Connector.NextHop.HttpParent(at, Optional.empty()));
        without.channel().close();
        parent.accept().expectEnd();

        Connector.Remote with = exchange(Optional.of(new Credentials("a", "b"))).connected();
        assertThat(with.hop())
                .isEqualTo(new Connector.NextHop.HttpParent(at, Optional.of("Basic YTpi")));
        with.channel().close();
        parent.accept().expectEnd();
    }

    @Test
    void leavesNothingBehindWhenItIsCancelledWhileConnecting() throws Exception {
        try (Blackhole silent = Blackhole.open()) {
            Upstream.Parent upstream =
                    new Upstream.HttpParent(Trial.at(silent.target()), Optional.empty());
            long before = Trial.openSockets();
            Trial trial = Trial.begin(transport, upstream, WANTED, Trial.TUNNEL, LONG);
            assertThat(trial.phase()).isEqualTo(Phase.CONNECT);
            assertThat(Trial.openSockets()).isGreaterThan(before);

            trial.cancel();

            assertThat(Trial.openSockets()).isEqualTo(before);
            trial.expectNothing();
        }
    }

    @Test
    void leavesNothingBehindWhenItIsCancelledBeforeTheAnswer() throws Exception {
        Trial trial = tunnel(WANTED, LONG);
        Peer peer = asked();
        assertThat(trial.phase()).isEqualTo(Phase.HANDSHAKE);

        trial.cancel();

        peer.expectClosed();
        trial.expectNothing();
    }

    @Test
    void leavesNothingBehindWhenItIsCancelledWithinTheAnswer() throws Exception {
        Trial trial = tunnel(WANTED, LONG);
        Peer peer = asked();
        peer.write("HTTP/1.1 200 OK\r\n");
        trial.expectNothing();

        trial.cancel();

        peer.expectClosed();
        trial.expectNothing();
    }

    @Test
    void cancelsNothingThatTheCallerOwns() throws Exception {
        Trial trial = tunnel(WANTED, LONG);
        Peer peer = asked();
        peer.write(YES);
        Connector.Remote remote = trial.connected();

        trial.cancel();

        assertThat(remote.channel().isOpen()).isTrue();
        remote.channel().close();
    }

    private Trial tunnel(String destination, Duration timeout) throws Exception {
        Upstream.Parent upstream =
                new Upstream.HttpParent(Trial.at(parent.target()), Optional.empty());
        return Trial.begin(transport, upstream, destination, Trial.TUNNEL, timeout);
    }

    private Trial exchange(Optional<Credentials> credentials) throws Exception {
        Upstream.Parent upstream = new Upstream.HttpParent(Trial.at(parent.target()), credentials);
        return Trial.begin(transport, upstream, "wanted.test:80", Trial.EXCHANGE, LONG);
    }

    private Trial begin(Credentials credentials, Purpose purpose) throws Exception {
        Upstream.Parent upstream =
                new Upstream.HttpParent(Trial.at(parent.target()), Optional.of(credentials));
        return Trial.begin(transport, upstream, WANTED, purpose, LONG);
    }

    /** The parent's side of the connection, once the request has come. */
    private Peer asked() throws Exception {
        Peer peer = parent.accept();
        assertThat(peer.readText(REQUEST.length())).isEqualTo(REQUEST);
        return peer;
    }

    private static Refused refused(Trial trial, Refusal expected) throws Exception {
        Refused refused = trial.refused();
        assertThat(refused.refusal()).as("%s", refused).isEqualTo(expected);
        assertThat(refused.by()).isEqualTo(Party.PARENT);
        assertThat(refused.phase()).isEqualTo(Phase.HANDSHAKE);
        return refused;
    }

    private String at() {
        return Trial.at(parent.target()).toString();
    }
}
