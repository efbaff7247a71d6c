package conduit.inbound.http.message;

import conduit.address.Destination;
import conduit.address.Parsed;
import conduit.config.Inbound;
import conduit.inbound.http.decode.RequestDecoder;
import conduit.tunnel.Connector;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import conduit.tunnel.Via;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Locale;

/**
 * What a request asks for, read from its target (RFC 9112, section 3.2). Pure. The head has passed
 * {@link RequestDecoder}, so the target is printable ASCII without spaces.
 */
public sealed interface Asked {

    /** What stands between a scheme and an authority (RFC 3986, section 3). */
    String AUTHORITY_FOLLOWS = "://";

    /** Longer ones are not repeated to the client. */
    int LONGEST_SCHEME = 20;

    /** Something that can be carried out. */
    sealed interface ToDestination extends Asked {

        /** Where the client wants to go. */
        Destination destination();

        /** What the log calls it. */
        Inbound inbound();
    }

    /** A tunnel: CONNECT with a target in authority form. */
    record ToConnect(Destination destination) implements ToDestination {

        @Override
        public Inbound inbound() {
            return Inbound.CONNECT;
        }
    }

    /**
     * An exchange: a target in absolute form.
     *
     * @param authority host and port as the client wrote them, for the Host field
     * @param originForm path and query, as the origin is to see them, or {@code *}
     */
    record ToForward(Scheme scheme, Destination destination, String authority, String originForm)
            implements ToDestination {

        @Override
        public Inbound inbound() {
            return Inbound.FORWARD;
        }

        /** Who is to understand the request. */
        public Connector.Wire wire(HttpRequest request, Via via) {
            return switch (scheme) {
                case HTTP -> new Connector.Wire.Plain();
                case HTTPS -> new Connector.Wire.Secured(Fields.via(request, via));
            };
        }

        /** Makes the client's request into the one for whoever reads it next. */
        public HttpRequest forHop(HttpRequest request, Connector.NextHop hop, Via via) {
            Fields.passOn(request, via);
            request.setProtocolVersion(HttpVersion.HTTP_1_1);
            request.headers()
                    // RFC 9112, section 3.2.2: what the target says counts, whatever Host said.
                    .set(HttpHeaderNames.HOST, authority);
            switch (hop) {
                case Connector.NextHop.Origin() -> request.setUri(originForm);
                case Connector.NextHop.HttpParent(var _, var authorization) -> {
                    request.setUri(absoluteForm());
                    authorization.ifPresent(value ->
                            request.headers().set(HttpHeaderNames.PROXY_AUTHORIZATION, value));
                }
            }
            return request;
        }

        /** RFC 9112, section 3.2.4: an OPTIONS about the server itself has no path here. */
        private String absoluteForm() {
            return scheme.prefix() + authority + (originForm.equals("*") ? "" : originForm);
        }
    }

    /** Nothing that this listener does. */
    record Otherwise(Refused refused) implements Asked {}

    /** Reads a request. */
    static Asked of(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return refused(Refusal.MALFORMED_REQUEST, "the header cannot be decoded");
        }
        return request.method().equals(HttpMethod.CONNECT)
                ? tunnel(request.uri())
                : exchange(request.method(), request.uri());
    }

    private static Asked tunnel(String authority) {
        return switch (Destination.parse(authority)) {
            case Parsed.Valid<Destination>(var destination) -> new ToConnect(destination);
            case Parsed.Invalid<Destination>(String why) ->
                    refused(Refusal.MALFORMED_REQUEST, "CONNECT needs host:port: " + why);
        };
    }

    private static Asked exchange(HttpMethod method, String target) {
        if (target.startsWith("/") || target.equals("*")) {
            return refused(
                    Refusal.MALFORMED_REQUEST,
                    "this is a proxy, not a web server: name it as the HTTP proxy of your client,"
                            + " for example curl -x http://HOST:PORT http://example.com/");
        }
        int end = target.indexOf(AUTHORITY_FOLLOWS);
        if (end < 0 || !isScheme(target, end)) {
            return refused(
                    Refusal.MALFORMED_REQUEST,
                    "the target is not an absolute http:// or https:// URI");
        }
        String name = target.substring(0, end).toLowerCase(Locale.ROOT);
        String rest = target.substring(end + AUTHORITY_FOLLOWS.length());
        return switch (name) {
            case "http" -> forward(method, Scheme.HTTP, rest);
            case "https" -> forward(method, Scheme.HTTPS, rest);
            default ->
                    refused(
                            Refusal.UNSUPPORTED_SCHEME,
                            "only http:// and https:// are forwarded, but this is "
                                    + (name.length() > LONGEST_SCHEME
                                            ? "something else"
                                            : name + "://"));
        };
    }

    /** RFC 3986, section 3.1. */
    private static boolean isScheme(String target, int end) {
        for (int i = 0; i < end; i++) {
            char c = target.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean other = (c >= '0' && c <= '9') || c == '+' || c == '.' || c == '-';
            if (!letter && (i == 0 || !other)) {
                return false;
            }
        }
        return end > 0;
    }

    private static Asked forward(HttpMethod method, Scheme scheme, String rest) {
        int end = 0;
        while (end < rest.length() && rest.charAt(end) != '/' && rest.charAt(end) != '?') {
            end++;
        }
        String authority = rest.substring(0, end);
        if (authority.indexOf('@') >= 0) {
            return refused(Refusal.MALFORMED_REQUEST, "the target holds user information");
        }
        return switch (Destination.parse(authority, scheme.defaultPort())) {
            case Parsed.Valid<Destination>(var destination) ->
                    new ToForward(
                            scheme,
                            destination,
                            authority,
                            originForm(method, rest.substring(end)));
            case Parsed.Invalid<Destination>(String why) ->
                    refused(Refusal.MALFORMED_REQUEST, "the target: " + why);
        };
    }

    private static String originForm(HttpMethod method, String pathAndQuery) {
        if (pathAndQuery.isEmpty()) {
            // RFC 9112, section 3.2.4: without a path, OPTIONS is about the server itself.
            return method.equals(HttpMethod.OPTIONS) ? "*" : "/";
        }
        return pathAndQuery.startsWith("?") ? "/" + pathAndQuery : pathAndQuery;
    }

    private static Asked refused(Refusal refusal, String detail) {
        return new Otherwise(Refused.of(refusal, detail));
    }
}
