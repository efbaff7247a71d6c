package conduit.doctor.rules;

import conduit.address.IpLiteral;
import conduit.address.Network;
import conduit.address.Parsed;
import conduit.doctor.ask.Json;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Addresses of one version of IP, from the first to the last, as a rule names them. */
public record Addresses(InetAddress first, InetAddress last) {

    /** A value of libnftables-json(5); none where it is not one of addresses. */
    static Optional<Addresses> read(Json value) {
        if (value.has("prefix")) {
            Json prefix = value.get("prefix");
            return read(
                    prefix.get("addr").text().orElse("")
                            + "/"
                            + prefix.get("len").text().orElse(""));
        }
        List<Json> ends = value.get("range").items().toList();
        return ends.size() == 2
                ? between(ends.getFirst(), ends.getLast())
                : value.text().flatMap(Addresses::read);
    }

    private static Optional<Addresses> between(Json first, Json last) {
        return first.text()
                .flatMap(IpLiteral::parse)
                .flatMap(from ->
                        last.text().flatMap(IpLiteral::parse).map(to -> new Addresses(from, to)));
    }

    /** One address, or a network with its prefix. */
    static Optional<Addresses> read(String text) {
        return Network.parse(text) instanceof Parsed.Valid<Network>(Network network)
                ? Optional.of(new Addresses(network.first(), network.last()))
                : Optional.empty();
    }

    /** Whether this is one of them. */
    public boolean contains(InetAddress address) {
        return address.getClass().equals(first.getClass())
                && number(address).compareTo(number(first)) >= 0
                && number(address).compareTo(number(last)) <= 0;
    }

    private static BigInteger number(InetAddress address) {
        return new BigInteger(1, address.getAddress());
    }
}
