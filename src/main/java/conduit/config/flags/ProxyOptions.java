package conduit.config.flags;

import static java.util.Objects.requireNonNull;

import conduit.config.Fwmark;
import conduit.config.file.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The flags of the proxy as keys of a file: their names, and the types of their values. */
final class ProxyOptions {

    private static final Set<Class<?>> NUMBERS =
            Set.of(int.class, Integer.class, long.class, Long.class, Fwmark.class);

    private ProxyOptions() {}

    /** The flags that are keys, under their headings and in the order of the help. */
    static Map<String, List<OptionSpec>> of(CommandSpec command) {
        return requireNonNull(command.mixins().get(ProxyCommand.PROXY)).mixins().entrySet().stream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey,
                                heading -> keys(heading.getValue()),
                                (one, _) -> one,
                                LinkedHashMap::new));
    }

    private static List<OptionSpec> keys(CommandSpec mixin) {
        return mixin.options().stream()
                .filter(option -> !option.longestName().equals(Options.CONFIG))
                .toList();
    }

    /** The name of a flag without its dashes. */
    static String key(OptionSpec option) {
        return option.longestName().substring("--".length());
    }

    /** What a value must be: numbers are integers, switches true or false, all else strings. */
    static Value.Type type(OptionSpec option) {
        if (option.arity().max() == 0) {
            return Value.Type.BOOLEAN;
        }
        return NUMBERS.contains(valueType(option)) ? Value.Type.INTEGER : Value.Type.STRING;
    }

    /** The class of one value, whether there may be none, one or many. */
    static Class<?> valueType(OptionSpec option) {
        return option.auxiliaryTypes()[0];
    }
}
