package conduit.config;

import java.nio.file.Path;
import java.util.Locale;

/** What is logged, how and where. Own messages always go to standard error. */
public record Logging(Level level, Format format, AccessTarget access) {

    /** What holds where the operator says nothing. */
    public static final Logging DEFAULT =
            new Logging(Level.INFO, Format.TEXT, new AccessTarget.StandardError());

    /** Which of conduit's own messages are written: those of a level and the ones before it. */
    public enum Level {
        /** What conduit has failed at. */
        ERROR,
        /** What somebody should look at. */
        WARN,
        /** What conduit does. */
        INFO,
        /** What helps to find out why. */
        DEBUG;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How lines are written. */
    public enum Format {
        /** For people: {@code key=value}. */
        TEXT,
        /** For programs: one object to a line. */
        JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Where access lines go. */
    public sealed interface AccessTarget {
        /** To standard error, among the messages. */
        record StandardError() implements AccessTarget {}

        /** To standard output. */
        record StandardOutput() implements AccessTarget {}

        /** Nowhere. */
        record Off() implements AccessTarget {}

        /** To the end of a file, which is made when there is none. */
        record File(Path path) implements AccessTarget {}
    }
}
