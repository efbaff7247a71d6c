package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Head;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.ProxyPerUpstream;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Upstream;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Connections to origins that serve one request after the other. One event loop, since each has its
 * own connections.
 */
class ReuseTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @AutoClose private static final TestProxy proxy = TestProxy.with("--threads=1");

    @AutoClose private static final ProxyPerUpstream proxies = ProxyPerUpstream.with("--threads=1");

    /** Plays the origin's part of an exchange on a new connection. */
    private static Peer served(Origin origin, Peer client) throws IOException {
        Peer remote = origin.accept();
        Head.read(remote.in());
        remote.write(OK);
        assertThat(Message.reply(client).body()).isEqualTo("ok");
        return remote;
    }

    /** Asks, and plays the origin's part of it on this connection. */
    private static Message exchange(Peer client, Target target, Peer remote) throws IOException {
        client.write(Wiring.FORWARD.request(target));
        Head.read(remote.in());
        remote.write(OK);
        return Message.reply(client);
    }

    @ParameterizedTest
    @EnumSource
    void servesManyClientsOverOneConnection(Upstream upstream) throws IOException {
        try (Origin origin = Origin.listen();
                Peer first = Wiring.FORWARD.ask(proxies.to(upstream), origin.target());
                Peer second = Wiring.FORWARD.connect(proxies.to(upstream))) {
            Peer remote = served(origin, first);
            for (Peer client : List.of(second, first, second)) {
                assertThat(exchange(client, origin.target(), remote).body()).isEqualTo("ok");
            }
            origin.expectUntouched();
        }
    }

    @Test
    void opensASecondConnectionWhileTheFirstIsBusy() throws IOException {
        try (Origin origin = Origin.listen();
                Peer first = Wiring.FORWARD.ask(proxy, origin.target());
                Peer second = Wiring.FORWARD.connect(proxy)) {
            Peer busy = origin.accept();
            Head.read(busy.in());
            second.write(Wiring.FORWARD.request(origin.target()));
            Peer other = origin.accept();
            Head.read(other.in());
            other.write(OK);
            assertThat(Message.reply(second).body()).isEqualTo("ok");
            busy.write(OK);
            assertThat(Message.reply(first).body()).isEqualTo("ok");
            // The one that was used last comes first.
            assertThat(exchange(second, origin.target(), busy).body()).isEqualTo("ok");
        }
    }

    @Test
    void leavesAConnectionToTheTunnelsAlone() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            served(origin, client);
            try (Peer tunnel = Wiring.CONNECT.open(proxy, origin.target())) {
                Peer tunnelled = origin.accept();
                tunnel.write("hello");
                assertThat(tunnelled.readText(5)).isEqualTo("hello");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            })
    void goesOnAfterAResponseWhoseEndIsCertain(String response) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write(response);
            readReply(client);
            assertThat(exchange(client, origin.target(), remote).body()).isEqualTo("ok");
        }
    }

    private static void readReply(Peer client) throws IOException {
        if (Message.reply(client).status() == 103) {
            Message.reply(client);
        }
    }

    @Test
    void goesOnAfterTheAnswerToHead() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write("HEAD %s HTTP/1.1\r\nHost: x\r\n\r\n".formatted(origin.target().url("/")));
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            assertThat(Head.read(client.in()).startLine()).contains("200");
            assertThat(exchange(client, origin.target(), remote).body()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok",
                // Whose the rest is, is in doubt.
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok\r\n",
            })
    void closesAConnectionThatIsNotToGoOn(String response) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write(response);
            assertThat(Message.reply(client).body()).isEqualTo("ok");
            remote.expectClosed();
            client.write(Wiring.FORWARD.request(origin.target()));
            served(origin, client);
        }
    }

    @Test
    void closesAnIdleConnectionThatSpeaksUnasked() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = served(origin, client);
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
            remote.expectClosed();
        }
    }

    @Test
    void closesAnIdleConnectionThatItsOriginHasLeft() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = served(origin, client);
            remote.finish();
            remote.expectEnd();
            client.write(Wiring.FORWARD.request(origin.target()));
            served(origin, client);
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsARequestOnceMoreWhoseConnectionDiesUnderIt(Upstream upstream) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxies.to(upstream), origin.target())) {
            Peer remote = served(origin, client);
            client.write(Wiring.FORWARD.request(origin.target()));
            String asked = Head.read(remote.in()).startLine();
            remote.reset();
            Peer fresh = origin.accept();
            Head again = Head.read(fresh.in());
            assertThat(again.startLine()).isEqualTo(asked);
            assertThat(again.values("Via")).hasSize(1);
            fresh.write(OK);
            assertThat(Message.reply(client).body()).isEqualTo("ok");
            if (upstream != Upstream.HTTP) {
                // Otherwise it is the parent that has sent it again.
                TestProxy used = proxies.to(upstream);
                assertThat(used.accessLineOf(client).fields()).containsEntry("retries", "0");
                used.awaitAccessLine(line ->
                        line.client().equals(client.address())
                                && line.outcome().equals("completed")
                                && line.text().contains(" retries=1 "));
            }
        }
    }

    @Test
    void doesNotSendARequestAThirdTime() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = served(origin, client);
            client.write(Wiring.FORWARD.request(origin.target()));
            Head.read(remote.in());
            remote.close();
            Peer fresh = origin.accept();
            Head.read(fresh.in());
            fresh.close();
            assertThat(Message.reply(client).status()).isEqualTo(502);
            origin.expectUntouched();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
                "PUT %s HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi",
            })
    void doesNotSendTwiceWhatMayHaveHadAnEffect(String request) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = served(origin, client);
            client.write(request.formatted(origin.target().url("/")));
            Message.request(remote);
            remote.close();
            assertThat(Message.reply(client).status()).isEqualTo(502);
            origin.expectUntouched();
        }
    }

    @Test
    void doesNotSendTwiceWhatWasAnsweredInPart() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = served(origin, client);
            client.write(Wiring.FORWARD.request(origin.target()));
            Head.read(remote.in());
            remote.write("HTTP/1.1 2");
            remote.finish();
            assertThat(Message.reply(client).status()).isEqualTo(502);
            origin.expectUntouched();
        }
    }

    /** What the next client asks would be taken for the rest of this one's body. */
    @Test
    void closesAConnectionWhoseRequestIsUnfinished() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy);
                Peer next = Wiring.FORWARD.connect(proxy)) {
            client.write(
                    "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc"
                            .formatted(origin.target().url("/")));
            Peer remote = origin.accept();
            Head.read(remote.in());
            assertThat(remote.readText(3)).isEqualTo("abc");
            remote.write(OK);
            assertThat(Message.reply(client).body()).isEqualTo("ok");
            client.reset();
            remote.expectClosed();
            next.write(Wiring.FORWARD.request(origin.target()));
            served(origin, next);
        }
    }

    @Test
    void closesAConnectionThatItsOriginLeftDuringTheRequest() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy);
                Peer next = Wiring.FORWARD.connect(proxy)) {
            client.write(
                    "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc"
                            .formatted(origin.target().url("/")));
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write(OK);
            remote.finish();
            assertThat(Message.reply(client).body()).isEqualTo("ok");
            client.write("def");
            assertThat(remote.readText(6)).isEqualTo("abcdef");
            remote.expectEnd();
            next.write(Wiring.FORWARD.request(origin.target()));
            served(origin, next);
        }
    }

    /** The surplus begins where one read of the proxy ends. */
    @Test
    void givesSurplusThatWasNotReadYetToNobody() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            byte[] request = Wiring.FORWARD.request(origin.target());
            client.write(request, request);
            Peer remote = origin.accept();
            Head.read(remote.in());
            String head = "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n";
            int body = 2048 - head.formatted(2000).length();
            remote.write(
                    head.formatted(body)
                            + "a".repeat(body)
                            + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
            assertThat(Message.reply(client).body()).isEqualTo("a".repeat(body));
            served(origin, client);
        }
    }

    /** Its body may be on its way, and would be lost between two origins. */
    @Test
    void doesNotSendTwiceWhatHasABodyToCome() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = served(origin, client);
            client.write(
                    "PUT %s HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n"
                            .formatted(origin.target().url("/")));
            Head.read(remote.in());
            remote.close();
            assertThat(Message.reply(client).status()).isEqualTo(502);
            origin.expectUntouched();
        }
    }

    @Test
    void keepsNoMoreThanIsAllowed() throws IOException {
        try (TestProxy strict = TestProxy.with("--threads=1", "--http-max-idle-conns-per-host=1");
                Origin origin = Origin.listen();
                Peer first = Wiring.FORWARD.connect(strict);
                Peer second = Wiring.FORWARD.connect(strict)) {
            first.write(Wiring.FORWARD.request(origin.target()));
            Peer older = origin.accept();
            second.write(Wiring.FORWARD.request(origin.target()));
            Peer newer = served(origin, second);
            Head.read(older.in());
            older.write(OK);
            assertThat(Message.reply(first).body()).isEqualTo("ok");
            newer.expectClosed();
            assertThat(exchange(first, origin.target(), older).body()).isEqualTo("ok");
        }
    }
}
