package conduit.config.rules;

import conduit.address.Destination;
import conduit.address.Network;
import conduit.address.Parsed;
import java.net.IDN;
import java.util.regex.Pattern;

/** A set of destinations, whatever their port. */
public sealed interface Target {

    /** What every name is made of that needs no translation. */
    Pattern ASCII = Pattern.compile("\\p{ASCII}*");

    /**
     * What IDNA 2003 and 2008 translate differently, so that one name would be two (RFC 5894,
     * section 7.2): sharp s, final sigma and the two joiners.
     */
    Pattern TWO_MEANINGS = Pattern.compile("[\\u00df\\u03c2\\u200c\\u200d]");

    /**
     * Reads {@code *}, a network or an address, a name, or {@code .} and an apex. A name is made
     * canonical: lower case, no dot at its end, and A-labels in place of others (RFC 5890).
     */
    static Parsed<Target> parse(String text) {
        if (text.equals("*")) {
            return Parsed.valid(new Anything());
        }
        if (text.startsWith(".")) {
            return switch (canonical(text.substring(1))) {
                case Parsed.Valid<String>(String apex) -> Parsed.valid(new Under(apex));
                case Parsed.Invalid<String>(String why) -> Parsed.invalid(why);
            };
        }
        if (text.startsWith("*.")) {
            return Parsed.invalid("a name and whatever is below it is written .name");
        }
        Parsed<Network> network = Network.parse(text);
        if (network instanceof Parsed.Valid<Network>(Network valid)) {
            return Parsed.valid(new In(valid));
        }
        if (network instanceof Parsed.Invalid<Network>(String why)
                && (text.indexOf('/') >= 0 || text.indexOf(':') >= 0)) {
            return Parsed.invalid(why);
        }
        return switch (canonical(text)) {
            case Parsed.Valid<String>(String name) -> Parsed.valid(new Named(name));
            case Parsed.Invalid<String>(String why) -> Parsed.invalid(why);
        };
    }

    private static Parsed<String> canonical(String name) {
        if (TWO_MEANINGS.matcher(name).find()) {
            return Parsed.invalid("some translate it to one name, some to another: write xn--");
        }
        String ascii = name;
        if (!ASCII.matcher(name).matches()) {
            try {
                ascii = IDN.toASCII(name, IDN.USE_STD3_ASCII_RULES);
            } catch (IllegalArgumentException e) {
                return Parsed.invalid("it cannot be translated: write xn--");
            }
        }
        return Destination.of(ascii, 1)
                        instanceof
                        Parsed.Valid<Destination>(Destination.Name(String lowerCase, int _))
                ? Parsed.valid(
                        lowerCase.endsWith(".")
                                ? lowerCase.substring(0, lowerCase.length() - 1)
                                : lowerCase)
                : Parsed.invalid("it is neither a name nor a network");
    }

    private static void check(String name) {
        if (!canonical(name).equals(Parsed.valid(name))) {
            throw new IllegalArgumentException("no canonical name: " + name);
        }
    }

    /** Every destination. */
    record Anything() implements Target {
        @Override
        public String toString() {
            return "*";
        }
    }

    /** Those whose address, the one that is dialled, is in the network. */
    record In(Network network) implements Target {
        @Override
        public String toString() {
            return network.toString();
        }
    }

    /**
     * Those that are asked for by this name.
     *
     * @param name in lower case, without a dot at its end
     */
    record Named(String name) implements Target {
        /**
         * Checks it.
         *
         * @throws IllegalArgumentException when {@link Target#parse} would write it otherwise
         */
        public Named {
            check(name);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * Those that are asked for by this name, the apex, or by one below it.
     *
     * @param apex in lower case, without a dot at its beginning or end
     */
    record Under(String apex) implements Target {
        /**
         * Checks it.
         *
         * @throws IllegalArgumentException when {@link Target#parse} would write it otherwise
         */
        public Under {
            check(apex);
        }

        @Override
        public String toString() {
            return "." + apex;
        }
    }
}
