package conduit.observe.log;

import java.time.Instant;
import java.util.Optional;

/** Lines for people: time, level and logger, then {@code key=value}. */
final class TextForm implements LineForm {

    private static final String LONGEST_LEVEL = "ERROR";

    /** What need not be quoted, beside letters and digits; a hyphen, unless it comes first. */
    private static final String PLAIN = "._@+:/[]%-";

    private final LineBuffer buffer;
    private final Prefix prefix;
    private final TimeText time = new TimeText();
    private String level = "";

    TextForm(LineBuffer buffer, Prefix prefix) {
        this.buffer = buffer;
        this.prefix = prefix;
    }

    @Override
    public void begin(Instant at, String ofLine, String logger) {
        level = ofLine;
        buffer.add(prefix.of(level));
        time.addTo(buffer, at);
        buffer.add(' ').add(level);
        for (int i = level.length(); i <= LONGEST_LEVEL.length(); i++) {
            buffer.add(' ');
        }
        buffer.add(logger);
    }

    private LineBuffer key(String key) {
        return buffer.add(' ').add(key).add('=');
    }

    @Override
    public void word(String key, String value) {
        key(key).add(value);
    }

    @Override
    public void name(String key, String value) {
        if (isPlain(value)) {
            key(key).add(value);
        } else {
            key(key).addQuoted(value);
        }
    }

    /** A lone hyphen is what stands for nothing. */
    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && (c < '0' || c > '9') && PLAIN.indexOf(c) < 0) {
                return false;
            }
        }
        return !value.isEmpty() && value.charAt(0) != '-';
    }

    @Override
    public void text(String key, String value) {
        key(key).addQuoted(value);
    }

    @Override
    public void count(String key, long value) {
        key(key).add(value, 1);
    }

    @Override
    public void seconds(String key, long nanos) {
        key(key).addSeconds(nanos).add('s');
    }

    @Override
    public void absent(String key) {
        key(key).add('-');
    }

    @Override
    public void message(String message, Optional<String> stack) {
        buffer.add(' ').addReadable(message, "");
        stack.ifPresent(lines -> {
            for (String line : lines.stripTrailing().split("\n", -1)) {
                buffer.add('\n');
                buffer.add(prefix.of(level));
                buffer.addReadable(line, "\t");
            }
        });
    }

    @Override
    public void end() {
        buffer.add('\n');
    }
}
