package conduit.outbound.parent;

import static java.nio.charset.StandardCharsets.UTF_8;

import conduit.address.Destination;
import conduit.config.Credentials;
import conduit.tunnel.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Base64;
import java.util.Optional;

/**
 * Asks a parent that speaks HTTP for a tunnel: one CONNECT (RFC 9110, section 9.3.6), one answer,
 * one round trip. Credentials go with the request, unasked, since a parent that asks for them first
 * costs another connection.
 */
final class HttpHandshake implements Handshake {

    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

    private final Destination destination;
    private final Optional<Credentials> credentials;
    private final Optional<String> via;
    private final ConnectReply reply = new ConnectReply();

    /**
     * For one tunnel.
     *
     * @param via the value of the Via field, if there is one
     */
    HttpHandshake(
            Destination destination, Optional<Credentials> credentials, Optional<String> via) {
        this.destination = destination;
        this.credentials = credentials;
        this.via = via;
    }

    /** The value of Proxy-Authorization (RFC 7617, section 2). */
    static String basic(Credentials credentials) {
        String pair = credentials.user() + ":" + credentials.password();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }

    /** A name is passed on as it is, for the parent to look up. */
    @Override
    public ByteBuf firstWords() {
        String authorization =
                credentials
                        .map(known -> "Proxy-Authorization: " + basic(known) + "\r\n")
                        .orElse("");
        String passed = via.map(value -> "Via: " + value + "\r\n").orElse("");
        String head =
                "CONNECT %1$s HTTP/1.1\r\nHost: %1$s\r\n%2$s%3$s\r\n"
                        .formatted(destination, passed, authorization);
        return Unpooled.copiedBuffer(head, UTF_8);
    }

    @Override
    public String unanswered() {
        return "CONNECT";
    }

    @Override
    public Step read(ByteBuf in) {
        return switch (reply.read(in)) {
            case ConnectReply.Verdict.Incomplete() -> new Step.Wait();
            case ConnectReply.Verdict.Accepted() -> new Step.Open();
            case ConnectReply.Verdict.Declined declined -> declined(declined);
            case ConnectReply.Verdict.Unusable(var why) ->
                    new Step.Failed(Refusal.PARENT_FAILED, why);
        };
    }

    private Step declined(ConnectReply.Verdict.Declined answer) {
        if (answer.status() == PROXY_AUTHENTICATION_REQUIRED) {
            String verb =
                    credentials.isPresent()
                            ? "refuses the credentials: "
                            : "wants credentials, and there are none: ";
            return new Step.Failed(Refusal.PARENT_CREDENTIALS_REFUSED, verb + answer.words());
        }
        Refusal refusal = answer.error().map(HttpHandshake::named).orElse(Refusal.PARENT_REFUSED);
        return new Step.Failed(refusal, "says " + answer.words());
    }

    /**
     * What an error type of Proxy-Status means (RFC 9209, section 2.3). A status alone is not
     * translated: each of 500, 502, 503 and 504 stands for a connection refused with one parent or
     * another, and for half a dozen other things too.
     */
    private static Refusal named(ProxyStatus said) {
        return switch (said.error()) {
            case "dns_timeout" -> Refusal.NAME_LOOKUP_TIMED_OUT;
            case "dns_error" ->
                    said.tellsOfNoSuchName() ? Refusal.NAME_NOT_FOUND : Refusal.NAME_LOOKUP_FAILED;
            case "destination_ip_unroutable" -> Refusal.HOST_UNREACHABLE;
            case "connection_refused" -> Refusal.CONNECTION_REFUSED;
            case "connection_timeout" -> Refusal.CONNECT_TIMED_OUT;
            case "proxy_loop_detected" -> Refusal.WOULD_LOOP;
            default -> Refusal.PARENT_REFUSED;
        };
    }
}
