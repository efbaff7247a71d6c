package conduit.config.flags;

import conduit.address.Parsed;
import java.math.BigInteger;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads durations as people write them: {@code 10s}, {@code 1m30s}, {@code 500ms}. Whole numbers
 * with the units h, m, s and ms, each at most once, in this order.
 */
final class DurationText {

    /**
     * A year: far over any timeout that makes sense, far under where a long of nanoseconds ends.
     */
    static final Duration LONGEST = Duration.ofDays(365);

    private static final Pattern FORM =
            Pattern.compile(
                    "(?:(?<h>[0-9]+)h)?(?:(?<m>[0-9]+)m)?(?:(?<s>[0-9]+)s)?(?:(?<ms>[0-9]+)ms)?");

    private DurationText() {}

    /** The duration that a text means, longer than zero and at most {@link #LONGEST}. */
    static Parsed<Duration> parse(String text) {
        Parsed<Duration> parsed = parseAlsoZero(text);
        return parsed.equals(Parsed.valid(Duration.ZERO))
                ? Parsed.invalid("it must be longer than zero")
                : parsed;
    }

    /** The duration that a text means, at most {@link #LONGEST}. */
    static Parsed<Duration> parseAlsoZero(String text) {
        Matcher matcher = FORM.matcher(text);
        if (text.isEmpty()) {
            return Parsed.invalid("it is empty");
        }
        if (!matcher.matches()) {
            return Parsed.invalid("it does not read as numbers with units, largest first");
        }
        BigInteger millis =
                amount(matcher, "h", Duration.ofHours(1))
                        .add(amount(matcher, "m", Duration.ofMinutes(1)))
                        .add(amount(matcher, "s", Duration.ofSeconds(1)))
                        .add(amount(matcher, "ms", Duration.ofMillis(1)));
        return millis.compareTo(BigInteger.valueOf(LONGEST.toMillis())) > 0
                ? Parsed.invalid("it must be at most " + LONGEST.toHours() + "h")
                : Parsed.valid(Duration.ofMillis(millis.longValueExact()));
    }

    /**
     * What one unit adds, in milliseconds; without bound, so that no number of digits overflows.
     */
    private static BigInteger amount(Matcher matcher, String unit, Duration worth) {
        String digits = matcher.group(unit);
        return digits == null
                ? BigInteger.ZERO
                : new BigInteger(digits).multiply(BigInteger.valueOf(worth.toMillis()));
    }
}
