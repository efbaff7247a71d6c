package conduit.admin;

import conduit.address.HostPort;
import conduit.address.IpLiteral;
import conduit.address.Parsed;
import conduit.config.Administration;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who may use the admin listener: who knows the token, or, where there is none, whoever has come by
 * a name of this machine, since a name of somebody else's that leads here is how a web page would
 * get at it (DNS rebinding). What changes something has to come from a page of ours, or from no
 * page. Pure.
 */
final class Gate {

    /** A page of another site cannot send it without asking us first, which we answer with no. */
    static final String OWN_FIELD = "X-Conduit-Request";

    private static final String BEARER = "bearer ";
    private static final Set<HttpMethod> SAFE =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final Administration admin;

    Gate(Administration admin) {
        this.admin = admin;
    }

    /** Why a request for what anybody may know is not answered, if it is not. */
    Optional<Answer> refusalOfOpen(HttpRequest request) {
        return admin.token().isPresent() ? Optional.empty() : misdirected(request.headers());
    }

    /** Why a request for all else is not answered, if it is not. */
    Optional<Answer> refusal(HttpRequest request) {
        return refusalOfOpen(request)
                .or(() -> unknown(request.headers()))
                .or(() -> foreign(request.headers()))
                .or(() -> unasked(request));
    }

    private Optional<Answer> misdirected(HttpHeaders fields) {
        List<String> hosts = fields.getAll(HttpHeaderNames.HOST);
        return hosts.size() == 1 && isOurs(hosts.getFirst())
                ? Optional.empty()
                : forbidden("the Host field names another host than this listener's");
    }

    private boolean isOurs(String host) {
        if (!(HostPort.parse(host) instanceof Parsed.Valid<HostPort>(HostPort named))) {
            return false;
        }
        return named.host().equalsIgnoreCase("localhost")
                || IpLiteral.parse(named.host())
                        .filter(ip ->
                                ip.isLoopbackAddress() || ip.equals(admin.address().getAddress()))
                        .isPresent();
    }

    private Optional<Answer> unknown(HttpHeaders fields) {
        if (admin.token().isEmpty()) {
            return Optional.empty();
        }
        List<String> given = fields.getAll(HttpHeaderNames.AUTHORIZATION);
        boolean known =
                given.size() == 1
                        && given.getFirst().toLowerCase(Locale.ROOT).startsWith(BEARER)
                        && admin.token()
                                .get()
                                .is(given.getFirst().substring(BEARER.length()).strip());
        return known
                ? Optional.empty()
                : Optional.of(
                        Answer.error(
                                        HttpResponseStatus.UNAUTHORIZED,
                                        "the token of --admin-token-file is needed")
                                .with(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer"));
    }

    /** Browsers say where a request comes from (Fetch Metadata); other programs say nothing. */
    private static Optional<Answer> foreign(HttpHeaders fields) {
        boolean ownSite =
                fields.getAll("Sec-Fetch-Site").stream()
                        .allMatch(site -> site.equals("same-origin") || site.equals("none"));
        String host = String.valueOf(fields.get(HttpHeaderNames.HOST));
        boolean ownOrigin =
                fields.getAll(HttpHeaderNames.ORIGIN).stream()
                        .allMatch(origin ->
                                origin.equals("http://" + host)
                                        || origin.equals("https://" + host));
        return ownSite && ownOrigin
                ? Optional.empty()
                : forbidden("the request comes from a page of another site");
    }

    private static Optional<Answer> unasked(HttpRequest request) {
        HttpHeaders fields = request.headers();
        String type = String.valueOf(fields.get(HttpHeaderNames.CONTENT_TYPE));
        return SAFE.contains(request.method())
                        || fields.contains(OWN_FIELD)
                        || type.toLowerCase(Locale.ROOT).startsWith(Answer.JSON)
                ? Optional.empty()
                : forbidden("what changes something needs the field " + OWN_FIELD);
    }

    private static Optional<Answer> forbidden(String words) {
        return Optional.of(Answer.error(HttpResponseStatus.FORBIDDEN, words));
    }
}
