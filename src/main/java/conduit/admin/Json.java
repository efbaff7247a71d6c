package conduit.admin;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Writes JSON into memory. */
final class Json {

    private Json() {}

    /** Writes what stands between the braces of an object. */
    @FunctionalInterface
    interface Members {
        void writeTo(JsonWriter object) throws IOException;
    }

    /** An object. */
    static String object(Members members) {
        StringWriter text = new StringWriter(256);
        try (JsonWriter writer = new JsonWriter(text)) {
            // What a browser takes for markup is written as an escape.
            writer.setHtmlSafe(true);
            writer.setSerializeNulls(true);
            writer.beginObject();
            members.writeTo(writer);
            writer.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException("memory is always written to", e);
        }
        return text.toString();
    }
}
