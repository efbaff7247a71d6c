package conduit.observe.log;

import java.time.Instant;
import java.util.Optional;

/** Lines for programs: an object each (RFC 8259), in ASCII; what is absent is left out. */
final class JsonForm implements LineForm {

    private final LineBuffer buffer;
    private final Prefix prefix;
    private final TimeText time = new TimeText();

    JsonForm(LineBuffer buffer, Prefix prefix) {
        this.buffer = buffer;
        this.prefix = prefix;
    }

    @Override
    public void begin(Instant at, String level, String logger) {
        buffer.add(prefix.of(level));
        buffer.add("{\"time\":\"");
        time.addTo(buffer, at);
        buffer.add('"');
        text("level", level);
        text("logger", logger);
    }

    private LineBuffer key(String key) {
        return buffer.add(",\"").add(key).add("\":");
    }

    @Override
    public void word(String key, String value) {
        key(key).add('"').add(value).add('"');
    }

    @Override
    public void name(String key, String value) {
        text(key, value);
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
        key(key).addSeconds(nanos);
    }

    @Override
    public void absent(String key) {
        // A reader finds no such key.
    }

    @Override
    public void message(String message, Optional<String> stack) {
        text("message", message);
        stack.ifPresent(lines -> text("stack", lines));
    }

    @Override
    public void end() {
        buffer.add("}\n");
    }
}
