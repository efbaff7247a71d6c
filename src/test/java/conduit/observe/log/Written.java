package conduit.observe.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import conduit.config.Logging;

/** What a line looks like. */
public final class Written {

    private Written() {}

    /** Its text in this format, with the newline at its end. */
    public static String in(Logging.Format format, Line line) {
        return in(format, line, Prefix.NONE);
    }

    static String in(Logging.Format format, Line line, Prefix prefix) {
        LineBuffer buffer = new LineBuffer();
        line.writeTo(LineForm.of(format, buffer, prefix));
        return UTF_8.decode(buffer.contents()).toString();
    }
}
