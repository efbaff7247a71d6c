package conduit.config.flags;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Writes the help of a command from what its class says of it and from the flags' own descriptions,
 * under the names of the mixins they are in.
 */
final class HelpText {

    private HelpText() {}

    /** The help in full, no line longer than 90 characters, without a newline at its end. */
    static String of(CommandSpec spec) {
        return Stream.of(
                        Stream.of(
                                "Usage: "
                                        + lines("       ", spec.usageMessage().customSynopsis())
                                                .strip()
                                        + "\n\n"),
                        Stream.of(lines("", spec.usageMessage().description())),
                        commands(spec),
                        sections(spec),
                        Stream.of("\n", lines("", spec.usageMessage().footer())))
                .flatMap(part -> part)
                .collect(Collectors.joining())
                .stripTrailing();
    }

    private static Stream<String> commands(CommandSpec spec) {
        String entries = runnable(spec).map(HelpText::commandEntry).collect(Collectors.joining());
        return entries.isEmpty() ? Stream.of() : Stream.of("\nCommands:\n", entries);
    }

    /** Those that no other is part of. */
    static Stream<CommandSpec> runnable(CommandSpec spec) {
        return spec.subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .flatMap(command ->
                        command.subcommands().isEmpty() ? Stream.of(command) : runnable(command));
    }

    private static String commandEntry(CommandSpec command) {
        return "  "
                + command.qualifiedName()
                + "\n"
                + lines("      ", command.usageMessage().header());
    }

    /** A mixin that has mixins is a command's share of the flags of another one. */
    private static Stream<String> sections(CommandSpec spec) {
        return spec.mixins().entrySet().stream()
                .flatMap(mixin ->
                        mixin.getValue().mixins().isEmpty()
                                ? Stream.of(section(mixin))
                                : sections(mixin.getValue()));
    }

    private static String section(Map.Entry<String, CommandSpec> mixin) {
        return mixin.getValue().options().stream()
                .map(HelpText::entry)
                .collect(Collectors.joining("", "\n" + mixin.getKey() + ":\n", ""));
    }

    private static String entry(OptionSpec option) {
        String names = String.join(", ", option.names());
        String value = option.arity().max() == 0 ? "" : "=" + option.paramLabel();
        return "  " + names + value + "\n" + lines("      ", option.description());
    }

    private static String lines(String indentation, String... lines) {
        return List.of(lines).stream()
                .map(line -> indentation + line + "\n")
                .collect(Collectors.joining());
    }
}
