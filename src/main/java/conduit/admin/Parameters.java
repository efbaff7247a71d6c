package conduit.admin;

import conduit.address.Parsed;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The parameters of a query, each known and given once. */
final class Parameters {

    private final Map<String, String> values;

    private Parameters(Map<String, String> values) {
        this.values = values;
    }

    /** Those given, when all of them are known here. */
    static Parsed<Parameters> of(Map<String, List<String>> given, Set<String> known) {
        Optional<String> unknown =
                given.keySet().stream().filter(name -> !known.contains(name)).findFirst();
        if (unknown.isPresent()) {
            return Parsed.invalid(
                    "a parameter is not known; there are "
                            + known.stream().sorted().collect(Collectors.joining(", ")));
        }
        if (given.values().stream().anyMatch(values -> values.size() > 1)) {
            return Parsed.invalid("a parameter is given twice");
        }
        return Parsed.valid(
                new Parameters(
                        given.entrySet().stream()
                                .collect(
                                        Collectors.toMap(
                                                Map.Entry::getKey,
                                                value -> value.getValue().getFirst()))));
    }

    /** What was given for one of them, unless that is empty. */
    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
    }

    /** The one of these that is labelled with what was given; empty where none is. */
    <T> Optional<T> oneOf(T[] all, Function<T, String> label, String name) {
        return text(name)
                .flatMap(given ->
                        Arrays.stream(all)
                                .filter(one -> label.apply(one).equals(given))
                                .findFirst());
    }

    /** A number within bounds. */
    Parsed<Integer> number(String name, int otherwise, int least, int most) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return Parsed.valid(otherwise);
        }
        if (!text.get().matches("[0-9]{1,9}")) {
            return Parsed.invalid(name + " is not a number");
        }
        int number = Integer.parseInt(text.get());
        return number < least || number > most
                ? Parsed.invalid(name + " must be " + least + " to " + most)
                : Parsed.valid(number);
    }
}
