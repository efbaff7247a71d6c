package conduit.config.file;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * A file that is well-formed TOML: its keys in order, and the tables of {@code [[rules]]}. The one
 * place that knows the library.
 *
 * @param entries the keys outside of the rules
 * @param rules one list of keys for each rule
 */
public record Document(List<Entry> entries, List<Table> rules) {

    /** Copies the lists. */
    public Document {
        entries = List.copyOf(entries);
        rules = List.copyOf(rules);
    }

    private static final String RULES = "rules";

    /** One {@code [[rules]]}. */
    public record Table(Place place, List<Entry> entries) {
        /** Copies the list. */
        public Table {
            entries = List.copyOf(entries);
        }
    }

    /** What came of reading a text. */
    public sealed interface Reading {
        /** It is TOML. */
        record WellFormed(Document document) implements Reading {}

        /** It is not. */
        record Malformed(Flaw flaw) implements Reading {}
    }

    /** Reads a text, which is known by the name of its file. */
    public static Reading read(Path file, String text) {
        TomlParseResult parsed = Toml.parse(text);
        if (parsed.hasErrors()) {
            TomlParseError first = parsed.errors().getFirst();
            return new Reading.Malformed(
                    new Flaw.Syntax(
                            at(file, first.position()), String.valueOf(first.getMessage())));
        }
        List<Entry> entries = new ArrayList<>();
        List<Table> rules = List.of();
        for (String key : parsed.keySet()) {
            if (key.equals(RULES)
                    && parsed.get(List.of(key)) instanceof TomlArray array
                    && array.toList().stream().allMatch(TomlTable.class::isInstance)) {
                rules = tables(file, array);
            } else {
                entries.add(entry(file, parsed, key));
            }
        }
        return new Reading.WellFormed(new Document(entries, rules));
    }

    private static List<Table> tables(Path file, TomlArray array) {
        List<Table> tables = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            TomlTable table = array.getTable(i);
            List<Entry> entries = new ArrayList<>();
            for (String key : table.keySet()) {
                entries.add(entry(file, table, key));
            }
            tables.add(new Table(at(file, array.inputPositionOf(i)), entries));
        }
        return tables;
    }

    private static Entry entry(Path file, TomlTable table, String key) {
        Place place = at(file, table.inputPositionOf(List.of(key)));
        Object found = table.get(List.of(key));
        if (!(found instanceof TomlArray array)) {
            return new Entry.Single(key, value(place, found));
        }
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            values.add(value(at(file, array.inputPositionOf(i)), array.get(i)));
        }
        return new Entry.Listed(key, place, values);
    }

    private static Value value(Place place, @Nullable Object found) {
        return switch (requireNonNull(found, "TOML has no null")) {
            case String text -> new Value(place, Value.Type.STRING, text);
            case Long number -> new Value(place, Value.Type.INTEGER, number.toString());
            case Boolean truth -> new Value(place, Value.Type.BOOLEAN, truth.toString());
            case Double number -> new Value(place, Value.Type.FLOAT, number.toString());
            case TomlArray _ -> new Value(place, Value.Type.LIST, "");
            case TomlTable _ -> new Value(place, Value.Type.TABLE, "");
            case Object time -> new Value(place, Value.Type.TIME, time.toString());
        };
    }

    private static Place at(Path file, @Nullable TomlPosition position) {
        requireNonNull(position, "every key and every value stands somewhere");
        return new Place(file, position.line(), position.column());
    }
}
