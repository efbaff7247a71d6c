package conduit.config.file;

import conduit.address.Parsed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Takes entries of rules for what they have to be, and notes what is not. */
final class Typed {

    private Typed() {}

    /** The one string of a key that takes no list; nothing where there is none. */
    static Optional<Value> text(Entry entry, Flaws flaws) {
        return switch (entry) {
            case Entry.Single(String key, Value value) -> {
                if (value.type() != Value.Type.STRING) {
                    flaws.type(value, key, Value.Type.STRING);
                    yield Optional.empty();
                }
                yield Optional.of(value);
            }
            case Entry.Listed(String key, Place place, var _) -> {
                flaws.key(place, key, "it is a list", "a string");
                yield Optional.empty();
            }
        };
    }

    /** The strings of a key that takes one or a list, which must not be empty. */
    static List<Value> texts(Entry entry, Flaws flaws) {
        return values(entry, flaws).stream()
                .filter(value -> {
                    if (value.type() != Value.Type.STRING) {
                        flaws.type(value, entry.key(), Value.Type.STRING);
                    }
                    return value.type() == Value.Type.STRING;
                })
                .toList();
    }

    /**
     * All values of a key. An empty list is refused: it reads like "none", and a rule without the
     * key matches all.
     */
    static List<Value> values(Entry entry, Flaws flaws) {
        if (entry.values().isEmpty()) {
            flaws.key(entry.place(), entry.key(), "the list is empty", "something, or no such key");
        }
        return entry.values();
    }

    /** What each text means; {@code noun} and {@code expected} as in {@code is not a network}. */
    static <T> List<T> each(
            List<Value> texts,
            String key,
            String noun,
            String expected,
            Function<String, Parsed<T>> parser,
            Flaws flaws) {
        List<T> meant = new ArrayList<>();
        for (Value text : texts) {
            switch (parser.apply(text.text())) {
                case Parsed.Valid<T>(T one) -> meant.add(one);
                case Parsed.Invalid<T>(String why) ->
                        flaws.value(text, key, "is not " + noun + " (" + why + ")", expected);
            }
        }
        return meant;
    }

    /** The one of these words that a text is. */
    static <E extends Enum<E>> Optional<E> word(
            Value text, String key, List<E> words, Flaws flaws) {
        for (E word : words) {
            if (word.name().toLowerCase(Locale.ROOT).equals(text.text())) {
                return Optional.of(word);
            }
        }
        List<String> all =
                words.stream()
                        .map(word -> '"' + word.name().toLowerCase(Locale.ROOT) + '"')
                        .toList();
        flaws.value(
                text,
                key,
                "is not possible here",
                String.join(", ", all.subList(0, all.size() - 1)) + " or " + all.getLast());
        return Optional.empty();
    }
}
