package conduit.policy;

import conduit.address.IpLiteral;
import conduit.address.Network;
import conduit.address.Parsed;
import java.net.InetAddress;

/** Networks and addresses from their texts. */
final class Networks {

    private Networks() {}

    static Network of(String text) {
        return switch (Network.parse(text)) {
            case Parsed.Valid<Network>(Network network) -> network;
            case Parsed.Invalid<Network>(String why) ->
                    throw new IllegalArgumentException(text + ": " + why);
        };
    }

    static InetAddress address(String text) {
        return IpLiteral.parse(text).orElseThrow();
    }
}
