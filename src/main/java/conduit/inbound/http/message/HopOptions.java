package conduit.inbound.http.message;

import conduit.tunnel.Connector;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a client says to its next hop that conduit says to the one after it: which protocols it
 * would switch to (RFC 9110, section 7.8), and that it reads trailers (section 10.1.4). Both are
 * meant for one connection, so that they are not passed on like other fields but said anew. Pure.
 *
 * @param upgrades as the client wrote them, without those that cannot be relayed as bytes
 */
public record HopOptions(List<String> upgrades, Trailers trailers) {

    /** Whether the client reads them. */
    public enum Trailers {
        WELCOME,
        UNWANTED
    }

    private static final Pattern PROTOCOL =
            Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+(/[!#$%&'*+.^_`|~0-9A-Za-z-]+)?");

    /**
     * HTTP/2 without TLS is for one connection: its requests would pass nobody who judges them, and
     * RFC 9113 has taken it back.
     */
    private static final String HTTP_2 = "h2c";

    /** Without a space, so that no list grows beyond what the next hop reads. */
    private static final String BETWEEN = ",";

    private static final HopOptions NONE = new HopOptions(List.of(), Trailers.UNWANTED);

    /** Copies the list. */
    public HopOptions {
        upgrades = List.copyOf(upgrades);
    }

    /**
     * One that speaks HTTP/1.0 knows neither. What TLS of ours secures is nothing that a relay
     * could carry on as it is, so that there is no switching to another protocol then.
     */
    public static HopOptions of(HttpRequest request, Connector.Wire wire) {
        HttpHeaders headers = request.headers();
        boolean says =
                headers.contains(HttpHeaderNames.TE) || headers.contains(HttpHeaderNames.UPGRADE);
        if (!says || !request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return NONE;
        }
        boolean readsTrailers =
                items(headers.getAll(HttpHeaderNames.TE)).anyMatch("trailers"::equalsIgnoreCase);
        List<String> upgrades =
                switch (wire) {
                    case Connector.Wire.Plain() -> upgradesIn(request);
                    case Connector.Wire.Secured _ -> List.of();
                };
        return new HopOptions(upgrades, readsTrailers ? Trailers.WELCOME : Trailers.UNWANTED);
    }

    /** Says them to the next hop; the fields of the client's connection have been removed. */
    public void applyTo(HttpRequest request) {
        List<String> connection = new ArrayList<>();
        if (trailers == Trailers.WELCOME) {
            request.headers().set(HttpHeaderNames.TE, "trailers");
            connection.add("TE");
        }
        if (!upgrades.isEmpty()) {
            request.headers().set(HttpHeaderNames.UPGRADE, String.join(BETWEEN, upgrades));
            connection.add("Upgrade");
        }
        if (!connection.isEmpty()) {
            request.headers().set(HttpHeaderNames.CONNECTION, String.join(", ", connection));
        }
    }

    /** Whether a switch (101) names protocols, and none that the client did not offer. */
    public boolean offered(List<String> switchedTo) {
        List<String> known = upgrades.stream().map(HopOptions::folded).toList();
        return !switchedTo.isEmpty()
                && known.containsAll(switchedTo.stream().map(HopOptions::folded).toList());
    }

    /** What Upgrade names in a message whose Connection has that option, without HTTP/2. */
    public static List<String> upgradesIn(HttpMessage message) {
        return named(message).stream()
                .filter(protocol -> PROTOCOL.matcher(protocol).matches())
                .filter(protocol -> !folded(protocol).split("/", 2)[0].equals(HTTP_2))
                .toList();
    }

    /** Whatever Upgrade names in a message whose Connection has that option. */
    public static List<String> named(HttpMessage message) {
        boolean meant =
                items(message.headers().getAll(HttpHeaderNames.CONNECTION))
                        .anyMatch("upgrade"::equalsIgnoreCase);
        return meant
                ? items(message.headers().getAll(HttpHeaderNames.UPGRADE)).toList()
                : List.of();
    }

    /** Names protocols in a response, whose own fields for one connection have been removed. */
    public static void nameUpgrades(HttpResponse response, List<String> protocols) {
        if (!protocols.isEmpty()) {
            response.headers()
                    .set(HttpHeaderNames.UPGRADE, String.join(BETWEEN, protocols))
                    .add(HttpHeaderNames.CONNECTION, "Upgrade");
        }
    }

    private static Stream<String> items(List<String> values) {
        return values.stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .filter(item -> !item.isEmpty());
    }

    /** RFC 9110, section 7.8: protocols are compared without regard to case. */
    private static String folded(String protocol) {
        return protocol.toLowerCase(Locale.ROOT);
    }
}
