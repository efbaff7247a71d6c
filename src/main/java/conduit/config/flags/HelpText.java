package conduit.config.flags;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Writes the help from the flags' own descriptions, under the names of the mixins they are in. */
final class HelpText {

    private static final String BEGINNING =
            """
            Usage: conduit FLAG...

            A forward proxy. At least one listener is required. A flag and its value may be two
            arguments (--flag value) or one (--flag=value).
            """;

    private static final String END =
            """

            IP:port   An IPv4 address, or an IPv6 address in brackets, and a port: [::1]:8080
            DURATION  Whole numbers with the units h, m, s, ms in this order: 500ms, 10s, 1m30s
            """;

    private HelpText() {}

    /** The help in full, no line longer than 90 characters, without a newline at its end. */
    static String of(CommandSpec spec) {
        return Stream.of(
                        Stream.of(BEGINNING),
                        spec.mixins().entrySet().stream().map(HelpText::section),
                        Stream.of(END))
                .flatMap(part -> part)
                .collect(Collectors.joining())
                .stripTrailing();
    }

    private static String section(Map.Entry<String, CommandSpec> mixin) {
        return mixin.getValue().options().stream()
                .map(HelpText::entry)
                .collect(Collectors.joining("", "\n" + mixin.getKey() + ":\n", ""));
    }

    private static String entry(OptionSpec option) {
        String names = String.join(", ", option.names());
        String value = option.arity().max() == 0 ? "" : "=" + option.paramLabel();
        return Stream.concat(
                        Stream.of("  " + names + value),
                        List.of(option.description()).stream().map(line -> "      " + line))
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
