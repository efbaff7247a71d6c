package conduit.config.flags;

import conduit.address.Parsed;
import conduit.config.file.ConfigText;
import conduit.config.file.Document;
import conduit.config.file.Entry;
import conduit.config.file.Flaws;
import conduit.config.file.RulesSection;
import conduit.config.file.Value;
import conduit.config.flags.Invocation.Mistake;
import conduit.config.rules.RuleSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/**
 * Turns a configuration file into arguments, so that flags and keys are read by the same code. Keys
 * whose flags are on the command line are checked and left out.
 */
final class FileArguments {

    /** What came of it. */
    sealed interface Meaning {
        /** Arguments to stand before those of the command line. */
        record Meant(List<String> arguments, Written written) implements Meaning {}

        /** The file says something that cannot be. */
        record Wrong(Mistake mistake) implements Meaning {}
    }

    private final Path file;
    private final Map<String, OptionSpec> known;
    private final ParseResult commandLine;
    private final Flaws flaws = new Flaws();
    private final List<String> arguments = new ArrayList<>();
    private final Map<String, Entry> taken = new TreeMap<>();

    private FileArguments(Path file, ParseResult commandLine) {
        this.file = file;
        this.known = keys(commandLine);
        this.commandLine = commandLine;
    }

    /** Reads the file for the command of this command line. */
    static Meaning read(Path file, ParseResult commandLine) {
        return switch (ConfigText.read(file)) {
            case Parsed.Invalid<String>(String why) ->
                    new Meaning.Wrong(
                            MistakeLine.of(
                                    Options.CONFIG,
                                    Quoted.of(file.toString()) + " cannot be used (" + why + ")",
                                    "a file in TOML"));
            case Parsed.Valid<String>(String text) ->
                    switch (Document.read(file, text)) {
                        case Document.Reading.Malformed(var flaw) ->
                                new Meaning.Wrong(MistakeLine.of(flaw));
                        case Document.Reading.WellFormed(Document document) ->
                                new FileArguments(file, commandLine).read(document);
                    };
        };
    }

    /** The keys that a file may have: the proxy's flags, but for the file's own. */
    private static Map<String, OptionSpec> keys(ParseResult commandLine) {
        Map<String, OptionSpec> keys = new TreeMap<>();
        ProxyOptions.of(commandLine.commandSpec()).values().stream()
                .flatMap(List::stream)
                .forEach(option -> keys.put(ProxyOptions.key(option), option));
        return keys;
    }

    private Meaning read(Document document) {
        for (Entry entry : document.entries()) {
            if (!RulesSection.KEYS.contains(entry.key())) {
                take(entry);
            }
        }
        Optional<RuleSet> rules = RulesSection.read(document, flaws);
        return flaws.first()
                .<Meaning>map(flaw -> new Meaning.Wrong(MistakeLine.of(flaw)))
                .orElseGet(() ->
                        new Meaning.Meant(arguments, new Written(taken, onCommandLine(), rules)));
    }

    private Set<String> onCommandLine() {
        return commandLine.matchedOptionsSet().stream()
                .map(OptionSpec::longestName)
                .collect(Collectors.toSet());
    }

    private void take(Entry entry) {
        OptionSpec option = known.get(entry.key());
        if (option == null) {
            refuse(entry);
            return;
        }
        List<String> flags = new ArrayList<>();
        if (entry instanceof Entry.Listed && !option.isMultiValue()) {
            flaws.key(entry.place(), entry.key(), "it is a list", ProxyOptions.type(option).noun());
            return;
        }
        for (Value value : entry.values()) {
            if (value.type() == ProxyOptions.type(option)) {
                argument(option, entry, value).ifPresent(flags::add);
            } else {
                flaws.key(value.place(), entry.key(), "it is " + value.type().noun(), form(option));
            }
        }
        if (!commandLine.hasMatchedOption(option)) {
            arguments.addAll(flags);
            taken.put(option.longestName(), entry);
        }
    }

    private void refuse(Entry entry) {
        boolean isTable =
                entry.values().stream().anyMatch(value -> value.type() == Value.Type.TABLE);
        if (isTable) {
            flaws.key(
                    entry.place(),
                    entry.key(),
                    "there is no such table",
                    "[[rules]], the only ones there are");
        } else {
            flaws.unknown(
                    entry.place(), entry.key(), known.keySet(), "one that conduit check lists");
        }
    }

    private Optional<String> argument(OptionSpec option, Entry entry, Value value) {
        if (value.type() == Value.Type.BOOLEAN) {
            return value.text().equals("true")
                    ? Optional.of(option.longestName())
                    : Optional.empty();
        }
        if (option.converters().length > 0 && option.converters()[0] instanceof ValueForm<?> form) {
            try {
                form.convert(value.text());
            } catch (TypeConversionException e) {
                flaws.value(value, entry.key(), String.valueOf(e.getMessage()), form.expected());
                return Optional.empty();
            }
        }
        String text =
                ProxyOptions.valueType(option) == Path.class
                        ? file.resolveSibling(value.text()).toString()
                        : value.text();
        return Optional.of(option.longestName() + "=" + text);
    }

    private static String form(OptionSpec option) {
        return option.isMultiValue()
                ? ProxyOptions.type(option).noun() + ", or a list of them"
                : ProxyOptions.type(option).noun();
    }
}
