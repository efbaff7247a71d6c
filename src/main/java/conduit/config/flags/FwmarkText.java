package conduit.config.flags;

import conduit.address.Parsed;
import conduit.config.Fwmark;
import java.util.regex.Pattern;

/** Reads a mark, in decimal or, after {@code 0x}, in hexadecimal. */
final class FwmarkText {

    /** No leading zeros, which some programs read as octal. */
    private static final Pattern DECIMAL = Pattern.compile("0|[1-9][0-9]{0,9}");

    private static final Pattern HEXADECIMAL = Pattern.compile("0[xX]([0-9a-fA-F]{1,8})");

    private static final long MOST = 0xffff_ffffL;

    private FwmarkText() {}

    /** The mark that a text means. */
    static Parsed<Fwmark> parse(String text) {
        var hexadecimal = HEXADECIMAL.matcher(text);
        if (hexadecimal.matches()) {
            return inRange(Long.parseLong(hexadecimal.group(1), 16));
        }
        return DECIMAL.matcher(text).matches()
                ? inRange(Long.parseLong(text))
                : Parsed.invalid("it is neither a whole number nor one in hexadecimal");
    }

    private static Parsed<Fwmark> inRange(long number) {
        return number >= 1 && number <= MOST
                ? Parsed.valid(new Fwmark((int) number))
                : Parsed.invalid("it must be 1 to " + MOST);
    }
}
