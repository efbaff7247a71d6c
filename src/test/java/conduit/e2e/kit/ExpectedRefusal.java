package conduit.e2e.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

/**
 * One row of the refusal table: the same cause, said in each protocol.
 *
 * @param proxyStatusError the error type of the Proxy-Status field (RFC 9209, section 2.3)
 * @param socksCode the reply of SOCKS5 that stands for it
 */
public record ExpectedRefusal(String name, int httpStatus, String proxyStatusError, int socksCode) {

    public static final ExpectedRefusal CONNECTION_REFUSED =
            new ExpectedRefusal("connection-refused", 502, "connection_refused", 5);
    public static final ExpectedRefusal NETWORK_UNREACHABLE =
            new ExpectedRefusal("network-unreachable", 502, "destination_ip_unroutable", 3);
    public static final ExpectedRefusal HOST_UNREACHABLE =
            new ExpectedRefusal("host-unreachable", 502, "destination_ip_unroutable", 4);
    public static final ExpectedRefusal CONNECT_TIMED_OUT =
            new ExpectedRefusal("connect-timed-out", 504, "connection_timeout", 4);
    public static final ExpectedRefusal NAME_LOOKUP_TIMED_OUT =
            new ExpectedRefusal("name-lookup-timed-out", 504, "dns_timeout", 4);
    public static final ExpectedRefusal OUT_OF_DESCRIPTORS =
            new ExpectedRefusal("out-of-descriptors", 503, "connection_limit_reached", 1);
    public static final ExpectedRefusal CLIENT_CONNECTION_LIMIT =
            new ExpectedRefusal("client-connection-limit", 503, "connection_limit_reached", 1);
    public static final ExpectedRefusal CLIENT_RATE_LIMIT =
            new ExpectedRefusal("client-rate-limit", 429, "connection_limit_reached", 1);
    public static final ExpectedRefusal WOULD_LOOP =
            new ExpectedRefusal("would-loop", 508, "proxy_loop_detected", 2);
    public static final ExpectedRefusal PARENT_REFUSED =
            new ExpectedRefusal("parent-refused", 502, "proxy_internal_error", 1);
    public static final ExpectedRefusal PARENT_CREDENTIALS_REFUSED =
            new ExpectedRefusal("parent-credentials-refused", 502, "proxy_internal_error", 1);
    public static final ExpectedRefusal PARENT_FAILED =
            new ExpectedRefusal("parent-failed", 502, "proxy_internal_error", 1);
    public static final ExpectedRefusal PARENT_TIMED_OUT =
            new ExpectedRefusal("parent-timed-out", 504, "proxy_internal_error", 1);

    /** An HTTP client is told so. */
    public void expectHttp(Peer client) throws IOException {
        Message reply = Message.reply(client);
        assertThat(reply.status()).as("%s", reply).isEqualTo(httpStatus);
        assertThat(reply.head().values("Proxy-Status"))
                .as("%s", reply)
                .singleElement()
                .asString()
                .matches("conduit; error=" + proxyStatusError + "(;.*)?");
        assertThat(reply.body()).as("a line for people").matches("\\S[^\r\n]*\\S\r?\n");
    }

    void expectSocks5(Peer client) throws IOException {
        assertThat(Socks5.Reply.read(client).code()).as("REP").isEqualTo(socksCode);
        client.expectEnd();
    }
}
