package conduit.e2e.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;

/**
 * One row of the refusal table: the same cause, said in each protocol.
 *
 * @param proxyStatusError the error type of the Proxy-Status field (RFC 9209, section 2.3)
 * @param socksCodes the replies of SOCKS5 that may stand for it
 */
public record ExpectedRefusal(
        String name, int httpStatus, String proxyStatusError, List<Integer> socksCodes) {

    public static final ExpectedRefusal CONNECTION_REFUSED =
            new ExpectedRefusal("connection-refused", 502, "connection_refused", List.of(5));
    public static final ExpectedRefusal NETWORK_UNREACHABLE =
            new ExpectedRefusal(
                    "network-unreachable", 502, "destination_ip_unroutable", List.of(3));
    public static final ExpectedRefusal CONNECT_TIMED_OUT =
            new ExpectedRefusal("connect-timed-out", 504, "connection_timeout", List.of(4));
    public static final ExpectedRefusal OUT_OF_DESCRIPTORS =
            new ExpectedRefusal("out-of-descriptors", 503, "connection_limit_reached", List.of(1));

    public ExpectedRefusal {
        socksCodes = List.copyOf(socksCodes);
    }

    void expectHttp(Peer client) throws IOException {
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
        assertThat(Socks5.Reply.read(client).code()).as("REP").isIn(socksCodes);
        client.expectEnd();
    }
}
