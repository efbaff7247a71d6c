package conduit.observe.log;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Writes times in UTC with milliseconds (RFC 3339); a second's text is made once. */
final class TimeText {

    private long second = Long.MIN_VALUE;
    private String text = "";

    void addTo(LineBuffer buffer, Instant at) {
        if (at.getEpochSecond() != second) {
            second = at.getEpochSecond();
            String whole = at.truncatedTo(ChronoUnit.SECONDS).toString();
            text = whole.substring(0, whole.length() - 1);
        }
        buffer.add(text).add('.').add(at.getNano() / 1_000_000, 3).add('Z');
    }
}
