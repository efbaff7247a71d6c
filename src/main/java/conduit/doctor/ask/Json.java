package conduit.doctor.ask;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSyntaxException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A value of JSON, read leniently: what is missing, or of another kind than asked for, is nothing.
 * The programs that are asked say more in each of their versions.
 */
public record Json(JsonElement element) {

    /** Nothing of what a JSON text may hold. */
    private static final Json NOTHING = new Json(JsonNull.INSTANCE);

    /** A text as a program wrote it; an empty one is an empty list, as ip(8) means it. */
    public static Found<Json> parse(String text) {
        try {
            return new Found.Seen<>(
                    new Json(text.isBlank() ? new JsonArray() : JsonParser.parseString(text)));
        } catch (JsonSyntaxException e) {
            return new Found.Unseen<>("the answer is no JSON");
        }
    }

    /** Whether an object has this member, whatever its value. */
    public boolean has(String name) {
        return element instanceof JsonObject object && object.has(name);
    }

    /** The names of the members of an object. */
    public Stream<String> names() {
        return element instanceof JsonObject object ? object.keySet().stream() : Stream.empty();
    }

    /** A member of an object. */
    public Json get(String name) {
        return element instanceof JsonObject object && object.has(name)
                ? new Json(object.get(name))
                : NOTHING;
    }

    /** The members of an array; a value that is none is its own only member. */
    public Stream<Json> items() {
        return switch (element) {
            case JsonArray array -> StreamSupport.stream(array.spliterator(), false).map(Json::new);
            case JsonNull _ -> Stream.empty();
            default -> Stream.of(this);
        };
    }

    /** A string, or a number or truth value as it is written. */
    public Optional<String> text() {
        return element instanceof JsonPrimitive primitive
                ? Optional.of(primitive.getAsString())
                : Optional.empty();
    }

    /** A whole number of 32 bits, signed or not, or a string that spells one, also after 0x. */
    public OptionalInt number() {
        return text().map(Json::bits).orElse(OptionalInt.empty());
    }

    private static OptionalInt bits(String text) {
        try {
            long value = Long.decode(text);
            return value >= Integer.MIN_VALUE && value <= 0xffff_ffffL
                    ? OptionalInt.of((int) value)
                    : OptionalInt.empty();
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }
}
