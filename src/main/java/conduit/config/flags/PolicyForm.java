package conduit.config.flags;

import conduit.address.Network;
import conduit.address.Parsed;
import conduit.config.rules.Guarding;
import java.util.function.Function;

/** The kinds of value that the flags about who may go where take. */
abstract sealed class PolicyForm<T> extends ValueForm<T> {

    /** Longer than a name can be, with its ports. */
    private static final int MOST_SHOWN = 300;

    /**
     * A value as it was typed, by which a rule is known to whoever typed it.
     *
     * @param text harmless in a line of a log
     */
    record Typed<V>(String text, V value) {}

    private PolicyForm(String noun, String expected, Function<String, Parsed<T>> parser) {
        super(noun, expected, parser);
    }

    private static <V> Parsed<Typed<V>> typed(String text, Parsed<V> parsed) {
        return switch (parsed) {
            case Parsed.Valid<V>(V value) ->
                    Parsed.valid(new Typed<>(Quoted.escaped(text, MOST_SHOWN), value));
            case Parsed.Invalid<V>(String why) -> Parsed.invalid(why);
        };
    }

    static final class Clients extends PolicyForm<Typed<Network>> {
        Clients() {
            super(
                    "a network",
                    "IP or IP/bits, for example 192.0.2.0/24 or 2001:db8::/32",
                    text -> typed(text, Network.parse(text)));
        }
    }

    static final class Destinations extends PolicyForm<Typed<Destined>> {
        Destinations() {
            super(
                    "a target",
                    "a network, a name, .name or *, with or without :port, for example"
                            + " .example.com:443",
                    text -> typed(text, Destined.parse(text)));
        }
    }

    static final class Guard extends PolicyForm<Guarding> {
        Guard() {
            super(
                    "a mode of the guard",
                    "off, local or strict",
                    text -> ModeText.parse(Guarding.values(), text));
        }
    }
}
