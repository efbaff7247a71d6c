package conduit.config.flags;

import conduit.address.Parsed;
import conduit.config.KeepAlive;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code on}, {@code off} or {@code IDLE:INTVL:CNT}: seconds, seconds and a count. */
final class KeepAliveText {

    private static final Pattern THREE_NUMBERS = Pattern.compile("([0-9]+):([0-9]+):([0-9]+)");

    private KeepAliveText() {}

    /** The keepalive setting that a text means, within what the kernel takes. */
    static Parsed<KeepAlive> parse(String text) {
        return switch (text) {
            case "on" -> Parsed.valid(new KeepAlive.KernelDefaults());
            case "off" -> Parsed.valid(new KeepAlive.Off());
            default -> numbers(THREE_NUMBERS.matcher(text));
        };
    }

    private static Parsed<KeepAlive> numbers(Matcher matcher) {
        if (!matcher.matches()) {
            return Parsed.invalid("it is neither on nor off nor three whole numbers");
        }
        int idle = capped(matcher.group(1));
        int interval = capped(matcher.group(2));
        int count = capped(matcher.group(3));
        if (!isIn(idle, KeepAlive.Every.MOST_SECONDS)) {
            return Parsed.invalid("IDLE must be 1 to " + KeepAlive.Every.MOST_SECONDS);
        }
        if (!isIn(interval, KeepAlive.Every.MOST_SECONDS)) {
            return Parsed.invalid("INTVL must be 1 to " + KeepAlive.Every.MOST_SECONDS);
        }
        if (!isIn(count, KeepAlive.Every.MOST_PROBES)) {
            return Parsed.invalid("CNT must be 1 to " + KeepAlive.Every.MOST_PROBES);
        }
        return Parsed.valid(
                new KeepAlive.Every(Duration.ofSeconds(idle), Duration.ofSeconds(interval), count));
    }

    private static boolean isIn(int number, int most) {
        return number >= 1 && number <= most;
    }

    /** The number, or one over every range where more digits were given than an int holds. */
    private static int capped(String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            return Integer.MAX_VALUE;
        }
    }
}
