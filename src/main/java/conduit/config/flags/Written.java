package conduit.config.flags;

import conduit.config.file.Entry;
import conduit.config.file.Place;
import conduit.config.file.Value;
import conduit.config.rules.RuleSet;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/**
 * What a configuration file says and the command line does not overrule.
 *
 * @param flags what stands in place of each flag, by its longest name
 * @param commandLine the flags that are on the command line
 * @param rules empty when the file has none
 */
record Written(Map<String, Entry> flags, Set<String> commandLine, Optional<RuleSet> rules) {

    /** Copies map and set. */
    Written {
        flags = Map.copyOf(flags);
        commandLine = Set.copyOf(commandLine);
    }

    /** Whether a flag was not on the command line, but in the file. */
    boolean has(String flag) {
        return flags.containsKey(flag);
    }

    /** Whether a flag was on the command line, whatever the file says of it. */
    boolean overrules(String flag) {
        return commandLine.contains(flag);
    }

    /**
     * Where it was written. Of several values it is the last that the sentence quotes, since what
     * is repeated is told of the second.
     */
    Place place(String flag, String sentence) {
        Entry entry = flags.get(flag);
        if (entry == null) {
            throw new IllegalArgumentException(flag);
        }
        return entry.values().stream()
                .filter(value -> sentence.contains(Quoted.of(value.text())))
                .map(Value::place)
                .reduce((_, last) -> last)
                .orElse(entry.place());
    }

    /** The one flag that cannot be a key. */
    static final class Flag {
        @Option(
                names = Options.CONFIG,
                paramLabel = "FILE",
                converter = ValueForm.PathName.class,
                description = {
                    "Read the configuration from this file, in TOML: each flag below is a key there",
                    "by its name without dashes, and there may be rules. A flag on the command line",
                    "goes before its key. Relative paths in it start at the file's folder.",
                    "Default: none. Example: --config=/etc/conduit/conduit.toml"
                })
        Optional<Path> file;
    }
}
