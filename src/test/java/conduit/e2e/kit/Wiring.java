package conduit.e2e.kit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;

/** How a client asks the proxy for a destination, and understands the answer. */
public enum Wiring {
    FORWARD {
        @Override
        public InetSocketAddress listener(TestProxy proxy) {
            return proxy.http();
        }

        @Override
        public byte[] request(Target target) {
            return "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n"
                    .formatted(target.url("/"), target.authority())
                    .getBytes(ISO_8859_1);
        }

        @Override
        public void expectAccepted(Peer client) {
            throw new AssertionError("forwarding opens no tunnel");
        }

        @Override
        public void expectRefusal(Peer client, ExpectedRefusal refusal) throws IOException {
            refusal.expectHttp(client);
        }
    },

    CONNECT {
        @Override
        public InetSocketAddress listener(TestProxy proxy) {
            return proxy.http();
        }

        @Override
        public byte[] request(Target target) {
            return "CONNECT %1$s HTTP/1.1\r\nHost: %1$s\r\n\r\n"
                    .formatted(target.authority())
                    .getBytes(ISO_8859_1);
        }

        @Override
        public void expectAccepted(Peer client) throws IOException {
            Head head = Head.read(client.in());
            assertThat(head.status()).as("%s", head).isEqualTo(200);
            assertThat(head.has("Content-Length") || head.has("Transfer-Encoding"))
                    .as("framing in the answer to a CONNECT (RFC 9110, section 9.3.6): %s", head)
                    .isFalse();
        }

        @Override
        public void expectRefusal(Peer client, ExpectedRefusal refusal) throws IOException {
            refusal.expectHttp(client);
        }
    },

    SOCKS5 {
        @Override
        public InetSocketAddress listener(TestProxy proxy) {
            return proxy.socks5();
        }

        @Override
        public byte[] request(Target target) {
            ByteArrayOutputStream both = new ByteArrayOutputStream();
            both.writeBytes(Socks5.greeting(Socks5.NO_AUTHENTICATION));
            both.writeBytes(Socks5.connect(target));
            return both.toByteArray();
        }

        @Override
        public void expectAccepted(Peer client) throws IOException {
            Socks5.expectNoAuthenticationChosen(client);
            assertThat(Socks5.Reply.read(client).code()).as("REP").isEqualTo(0);
        }

        @Override
        public void expectRefusal(Peer client, ExpectedRefusal refusal) throws IOException {
            Socks5.expectNoAuthenticationChosen(client);
            refusal.expectSocks5(client);
        }
    };

    /** Where such clients connect. */
    public abstract InetSocketAddress listener(TestProxy proxy);

    /** Everything the client says to get there, at once. */
    public abstract byte[] request(Target target);

    /** The proxy says that the tunnel stands. */
    public abstract void expectAccepted(Peer client) throws IOException;

    /** The proxy says why not, and closes. */
    public abstract void expectRefusal(Peer client, ExpectedRefusal refusal) throws IOException;

    /** Connects to the proxy and says nothing yet. */
    public Peer connect(TestProxy proxy) throws IOException {
        return Peer.to(listener(proxy));
    }

    /** Asks for the destination and does not wait for the answer. */
    public Peer ask(TestProxy proxy, Target target) throws IOException {
        return connect(proxy).write(request(target));
    }

    /** A tunnel that stands. */
    public Peer open(TestProxy proxy, Target target) throws IOException {
        Peer client = ask(proxy, target);
        expectAccepted(client);
        return client;
    }
}
