package conduit.config.flags;

import conduit.address.Parsed;
import conduit.config.Rate;
import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads rates in bytes per second: a whole number, or one with K, M, G (powers of 1000) or Ki, Mi,
 * Gi (powers of 1024).
 */
final class RateText {

    private static final Pattern FORM = Pattern.compile("(?<number>[0-9]+)(?<unit>[KMG]i?)?");

    private RateText() {}

    /** The rate that a text means, from {@link Rate#LEAST} to {@link Rate#MOST}. */
    static Parsed<Rate> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Parsed.invalid("it is not a whole number with or without a unit");
        }
        BigInteger rate =
                new BigInteger(matcher.group("number"))
                        .multiply(BigInteger.valueOf(worth(matcher.group("unit"))));
        // Without bound until here, so that no number of digits overflows.
        return rate.compareTo(BigInteger.valueOf(Rate.LEAST)) < 0
                        || rate.compareTo(BigInteger.valueOf(Rate.MOST)) > 0
                ? Parsed.invalid("it is out of range")
                : Parsed.valid(new Rate(rate.longValueExact()));
    }

    private static long worth(@Nullable String unit) {
        return switch (unit) {
            case null -> 1;
            case "K" -> 1_000;
            case "M" -> 1_000_000;
            case "G" -> 1_000_000_000;
            case "Ki" -> 1 << 10;
            case "Mi" -> 1 << 20;
            case "Gi" -> 1 << 30;
            default -> throw new IllegalStateException(unit);
        };
    }
}
