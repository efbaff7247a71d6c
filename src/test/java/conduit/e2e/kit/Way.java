package conduit.e2e.kit;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;

/** One way through the proxy: what the client speaks, and how it writes the destination. */
public record Way(Wiring wiring, Family family) {

    /** Every way that ends in a tunnel. */
    public static Stream<Way> tunnels() {
        return every().filter(way -> way.wiring != Wiring.FORWARD);
    }

    /** Every way. */
    public static Stream<Way> every() {
        return Arrays.stream(Wiring.values())
                .flatMap(wiring ->
                        Arrays.stream(Family.values()).map(family -> new Way(wiring, family)));
    }

    /** A destination at the end of this way. */
    public Origin origin() throws IOException {
        return Origin.on(family);
    }

    /** A tunnel to it that stands. */
    public Peer open(TestProxy proxy, Origin origin) throws IOException {
        return wiring.open(proxy, origin.target());
    }

    @Override
    public String toString() {
        return wiring + " to " + family;
    }
}
