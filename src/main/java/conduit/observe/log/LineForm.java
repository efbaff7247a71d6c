package conduit.observe.log;

import conduit.config.Logging;
import java.time.Instant;
import java.util.Optional;

/**
 * How a line is written, field by field: whoever describes a line says each of its fields once, and
 * the form makes text or JSON of it. Keys are of letters and underscores. Of one thread.
 */
public interface LineForm {

    /** Begins a line. */
    void begin(Instant time, String level, String logger);

    /** A word of a closed list. */
    void word(String key, String value);

    /** What somebody is called, mostly in plain characters, but it may be anything. */
    void name(String key, String value);

    /** A sentence, which may hold anything. */
    void text(String key, String value);

    /** A number that is not negative. */
    void count(String key, long value);

    /** A duration in nanoseconds. */
    void seconds(String key, long nanos);

    /** There is no such thing. */
    void absent(String key);

    /** A message of our own, and the stack of an exception. */
    void message(String message, Optional<String> stack);

    /** Ends the line. */
    void end();

    /** The form of this format, where lines begin so. */
    static LineForm of(Logging.Format format, LineBuffer buffer, Prefix prefix) {
        return switch (format) {
            case TEXT -> new TextForm(buffer, prefix);
            case JSON -> new JsonForm(buffer, prefix);
        };
    }
}
