package conduit.config.flags;

import conduit.address.IpLiteral;
import conduit.address.Parsed;
import conduit.config.Inbound;
import java.net.InetAddress;
import java.util.stream.Stream;

/** The kinds of values that only {@code conduit explain} takes. */
final class ExplainForm {

    private ExplainForm() {}

    static final class ClientAddress extends ValueForm<InetAddress> {
        ClientAddress() {
            super("an address", "IP, for example 192.0.2.7", ClientAddress::parse);
        }

        private static Parsed<InetAddress> parse(String text) {
            return IpLiteral.parse(text)
                    .map(Parsed::valid)
                    .orElseGet(() -> Parsed.invalid("it is no IP address"));
        }
    }

    static final class InboundName extends ValueForm<Inbound> {
        InboundName() {
            super(
                    "what a client speaks",
                    "connect, forward, socks5 or transparent",
                    InboundName::parse);
        }

        private static Parsed<Inbound> parse(String text) {
            return Stream.of(Inbound.values())
                    .filter(inbound -> inbound != Inbound.HTTP && inbound.label().equals(text))
                    .findFirst()
                    .map(Parsed::valid)
                    .orElseGet(() -> Parsed.invalid("there is no such inbound"));
        }
    }
}
