package conduit.e2e.kit;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * One way through the proxy: what the client speaks, how it writes the destination, and how the
 * proxy goes on.
 */
public record Way(Wiring wiring, Family family, Upstream upstream) {

    /** Every way that ends in a tunnel. */
    public static Stream<Way> tunnels() {
        return every().filter(way -> way.wiring != Wiring.FORWARD);
    }

    /** Each wiring with each upstream, to destinations that are IPv4 addresses where it matters. */
    public static Stream<Way> nine() {
        return Arrays.stream(Wiring.values())
                .flatMap(wiring ->
                        Arrays.stream(Upstream.values())
                                .map(upstream -> new Way(wiring, Family.IPV4, upstream)));
    }

    /** Every way of a forwarded request. */
    public static Stream<Way> exchanges() {
        return every().filter(way -> way.wiring == Wiring.FORWARD);
    }

    /** Every way that ends in a tunnel and needs nobody else. */
    public static Stream<Way> directTunnels() {
        return tunnels().filter(way -> way.upstream == Upstream.DIRECT);
    }

    /** Every kind of destination directly; through a parent names, which only it looks up. */
    public static Stream<Way> every() {
        return Arrays.stream(Wiring.values())
                .flatMap(wiring -> Stream.concat(direct(wiring), throughParents(wiring)));
    }

    private static Stream<Way> direct(Wiring wiring) {
        return Arrays.stream(Family.values())
                .map(family -> new Way(wiring, family, Upstream.DIRECT));
    }

    private static Stream<Way> throughParents(Wiring wiring) {
        return Stream.of(Upstream.HTTP, Upstream.SOCKS5)
                .map(upstream -> new Way(wiring, Family.NAME, upstream));
    }

    /** A destination at the end of this way. */
    public Origin origin() throws IOException {
        return Origin.on(family);
    }

    /** A tunnel to it that stands. */
    public Peer open(TestProxy proxy, Origin origin) throws IOException {
        return wiring.open(proxy, origin.target());
    }

    /** A tunnel to it that stands, through the proxy for this way. */
    public Peer open(ProxyPerUpstream proxies, Origin origin) throws IOException {
        return open(proxies.on(this), origin);
    }

    /** Whether the client reads the parent's own answer, as it would an origin's. */
    public boolean passesTheParentsAnswerOn() {
        return wiring == Wiring.FORWARD && upstream == Upstream.HTTP;
    }

    @Override
    public String toString() {
        return wiring
                + " to "
                + family
                + (upstream == Upstream.DIRECT ? "" : " through " + upstream);
    }
}
