package conduit.inbound.http.message;

import conduit.tunnel.Headline;
import conduit.tunnel.Via;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The header fields of a message that go no further than one connection, and those that frame it.
 */
public final class Fields {

    /** RFC 9110, section 7.6.1, and what a client and its proxy tell each other (section 11.7). */
    private static final List<AsciiString> HOP_BY_HOP =
            List.of(
                    HttpHeaderNames.CONNECTION,
                    AsciiString.cached("proxy-connection"),
                    AsciiString.cached("keep-alive"),
                    HttpHeaderNames.TE,
                    HttpHeaderNames.TRANSFER_ENCODING,
                    HttpHeaderNames.UPGRADE,
                    AsciiString.cached("http2-settings"),
                    HttpHeaderNames.PROXY_AUTHORIZATION,
                    HttpHeaderNames.PROXY_AUTHENTICATE,
                    AsciiString.cached("proxy-authentication-info"));

    /**
     * What Connection cannot take away, in lower case, since it is for everybody on the way (RFC
     * 9110, section 7.6.1): whom the message is for and how it is framed, what bounds its way, and
     * how caches treat it.
     */
    private static final Set<String> FOR_ALL =
            Set.of("host", "content-length", "max-forwards", "via", "cache-control");

    /** What a trailer must not change (RFC 9110, section 6.5.1): framing, routing, credentials. */
    private static final List<AsciiString> FORBIDDEN_IN_TRAILERS =
            List.of(
                    HttpHeaderNames.CONTENT_LENGTH,
                    HttpHeaderNames.HOST,
                    HttpHeaderNames.TRAILER,
                    HttpHeaderNames.AUTHORIZATION,
                    HttpHeaderNames.SET_COOKIE);

    private Fields() {}

    /** Removes from a trailer section what has no business there. */
    public static void removeForbiddenTrailers(LastHttpContent end) {
        HttpHeaders trailers = end.trailingHeaders();
        if (!trailers.isEmpty()) {
            HOP_BY_HOP.forEach(trailers::remove);
            FORBIDDEN_IN_TRAILERS.forEach(trailers::remove);
        }
    }

    /**
     * Removes what is meant for one connection only: the fields of the list, and those that
     * Connection names, if they are not for everybody. The framing is put back as it was decoded,
     * so that a message which names its own framing there cannot lose it.
     */
    static void removeHopByHop(HttpMessage message) {
        HttpHeaders headers = message.headers();
        @Nullable String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        @Nullable String coding = headers.get(HttpHeaderNames.TRANSFER_ENCODING);
        List<String> options = headers.getAll(HttpHeaderNames.CONNECTION);
        if (!options.isEmpty()) {
            removeNamed(headers, options);
        }
        HOP_BY_HOP.forEach(headers::remove);
        if (coding != null) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, coding);
        } else if (length != null) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, length);
        }
    }

    /** Fields are few, while a peer may name as many as its head has room for. */
    private static void removeNamed(HttpHeaders headers, List<String> options) {
        Set<String> named = new HashSet<>();
        for (String option : options) {
            for (String name : option.split(",", -1)) {
                named.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        named.removeAll(FOR_ALL);
        for (String name : headers.names()) {
            if (named.contains(name.toLowerCase(Locale.ROOT))) {
                headers.remove(name);
            }
        }
    }

    /**
     * Leaves what the next hop is to see: end-to-end fields, and in Via who has passed it on. That
     * is settled first, since a client that names Via in Connection must not hide where it has
     * been.
     */
    public static void passOn(HttpMessage message, Via via) {
        Optional<String> passed = via(message, via);
        removeHopByHop(message);
        passed.ifPresent(value -> message.headers().set(HttpHeaderNames.VIA, value));
    }

    /** What the Via field says when the message is passed on. */
    public static Optional<String> via(HttpMessage message, Via via) {
        HttpVersion version = message.protocolVersion();
        return via.after(
                message.headers().getAll(HttpHeaderNames.VIA),
                version.equals(HttpVersion.HTTP_1_1)
                        ? "1.1"
                        : version.majorVersion() + "." + version.minorVersion());
    }

    /** What the journal is to remember of a request. */
    public static Headline headline(HttpRequest request) {
        return new Headline(request.method().name(), TraceParent.trace(request.headers()));
    }

    /**
     * Whether the sender's connection can go on after this message. Never with HTTP/1.0, where a
     * proxy must not for clients (RFC 9112, section 9.3), and servers mean it in too many ways.
     */
    public static boolean wantsKeepAlive(HttpMessage message) {
        return message.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && !hasOption(message.headers(), HttpHeaderValues.CLOSE);
    }

    /** Clients talk to proxies with Proxy-Connection too, which was never standardised. */
    private static boolean hasOption(HttpHeaders headers, AsciiString option) {
        return headers.containsValue(HttpHeaderNames.CONNECTION, option, true)
                || headers.containsValue("proxy-connection", option, true);
    }
}
