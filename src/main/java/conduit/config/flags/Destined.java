package conduit.config.flags;

import conduit.address.Parsed;
import conduit.address.PortRange;
import conduit.config.rules.Target;
import java.util.List;

/**
 * Destinations as one flag writes them: {@code TARGET}, {@code TARGET:443} or {@code
 * TARGET:8000-8999}. An IPv6 address, and an IPv6 network before a port, stand in brackets.
 *
 * @param ports all of them when empty
 */
record Destined(Target target, List<PortRange> ports) {

    /** All destinations. */
    static final Destined ANYWHERE = new Destined(new Target.Anything(), List.of());

    static Parsed<Destined> parse(String text) {
        if (text.startsWith("[")) {
            int close = text.indexOf(']');
            if (close < 0) {
                return Parsed.invalid("the closing bracket is missing");
            }
            String inside = text.substring(1, close);
            return inside.indexOf(':') < 0
                    ? Parsed.invalid("only IPv6 may stand in brackets")
                    : withPorts(inside, text.substring(close + 1));
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            return withPorts(text, "");
        }
        if (colon == text.lastIndexOf(':')) {
            return withPorts(text.substring(0, colon), text.substring(colon));
        }
        // Without brackets, 2001:db8::1:443 would be an address, and its last part no port.
        return text.indexOf('/') > text.lastIndexOf(':')
                ? withPorts(text, "")
                : Parsed.invalid("an IPv6 address needs brackets");
    }

    private static Parsed<Destined> withPorts(String target, String colonPorts) {
        return switch (Target.parse(target)) {
            case Parsed.Invalid<Target>(String why) -> Parsed.invalid(why);
            case Parsed.Valid<Target>(Target valid) -> withPorts(valid, colonPorts);
        };
    }

    private static Parsed<Destined> withPorts(Target target, String colonPorts) {
        if (colonPorts.isEmpty()) {
            return Parsed.valid(new Destined(target, List.of()));
        }
        if (!colonPorts.startsWith(":")) {
            return Parsed.invalid("only a port may follow the closing bracket");
        }
        return switch (PortRange.parse(colonPorts.substring(1))) {
            case Parsed.Invalid<PortRange>(String why) -> Parsed.invalid(why);
            case Parsed.Valid<PortRange>(PortRange ports) ->
                    Parsed.valid(new Destined(target, List.of(ports)));
        };
    }
}
