package conduit.config.file;

import conduit.address.Destination;
import conduit.address.IpLiteral;
import conduit.address.Network;
import conduit.address.Parsed;
import conduit.config.rules.Target;

/** Reads destinations as rules name them: a network, a name, {@code .name} or {@code *}. */
final class TargetText {

    /** Any port: only the host is judged. */
    private static final int SOME_PORT = 1;

    private TargetText() {}

    /** The destinations that a text means. */
    static Parsed<Target> parse(String text) {
        if (text.equals("*")) {
            return Parsed.valid(new Target.Anything());
        }
        if (text.indexOf('/') >= 0 || text.indexOf(':') >= 0 || IpLiteral.parse(text).isPresent()) {
            return switch (Network.parse(text)) {
                case Parsed.Valid<Network>(Network network) -> Parsed.valid(new Target.In(network));
                case Parsed.Invalid<Network>(String why) -> Parsed.invalid(why);
            };
        }
        boolean under = text.startsWith(".");
        return switch (Destination.of(under ? text.substring(1) : text, SOME_PORT)) {
            case Parsed.Valid<Destination>(Destination.Name(String name, int _)) ->
                    Parsed.valid(
                            under
                                    ? new Target.Under(withoutDot(name))
                                    : new Target.Named(withoutDot(name)));
            case Parsed.Valid<Destination> _, Parsed.Invalid<Destination> _ ->
                    Parsed.invalid("it is neither a name nor an address");
        };
    }

    private static String withoutDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
