package conduit.config.flags;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Writes the completion of conduit's command line for bash, with picocli. What a flag can be
 * completed with is what its help says of its value: words in small letters stand for themselves.
 */
final class Completion {

    /**
     * Bash takes the = of --relay=copy for a word of its own, of which picocli's script knows
     * nothing: it is called with the words as if a blank stood there.
     */
    private static final String WITHOUT_EQUALS_SIGNS =
            """

            function _conduit() {
              local -a parts=()
              local part
              for part in "${COMP_WORDS[@]:0:COMP_CWORD}"; do
                if [[ "$part" != "=" ]]; then parts+=("$part"); fi
              done
              part="${COMP_WORDS[COMP_CWORD]}"
              if [[ "$part" == "=" ]]; then part=""; fi
              local COMP_CWORD=${#parts[@]}
              local -a COMP_WORDS=("${parts[@]}" "$part")
              _complete_conduit "$1" "$part" "${COMP_WORDS[COMP_CWORD-1]}"
            }

            complete -F _conduit -o default conduit
            """;

    private Completion() {}

    /** The script, for {@code source <(conduit completion)}. */
    static String of(CommandSpec conduit) {
        return AutoComplete.bash(conduit.name(), new CommandLine(copy(conduit)))
                + WITHOUT_EQUALS_SIGNS;
    }

    /** The same names with types that picocli can complete: a path, or words. */
    private static CommandSpec copy(CommandSpec original) {
        CommandSpec copy = CommandSpec.create().name(original.name());
        for (OptionSpec option : original.options()) {
            OptionSpec.Builder builder =
                    OptionSpec.builder(option.names())
                            .arity(option.arity().max() == 0 ? "0" : "1")
                            .type(type(option))
                            // picocli makes a variable of it: one for each flag.
                            .paramLabel(option.longestName());
            List<String> words = words(option.paramLabel());
            copy.addOption(
                    words.isEmpty()
                            ? builder.build()
                            : builder.completionCandidates(words).build());
        }
        for (PositionalParamSpec parameter : original.positionalParameters()) {
            copy.addPositional(
                    PositionalParamSpec.builder()
                            .index(parameter.index().toString())
                            .arity("1")
                            .type(
                                    parameter.auxiliaryTypes()[0] == Path.class
                                            ? Path.class
                                            : String.class)
                            .build());
        }
        original.subcommands()
                .forEach((name, command) ->
                        copy.addSubcommand(name, new CommandLine(copy(command.getCommandSpec()))));
        return copy;
    }

    private static Class<?> type(OptionSpec option) {
        if (option.arity().max() == 0) {
            return boolean.class;
        }
        return ProxyOptions.valueType(option) == Path.class ? Path.class : String.class;
    }

    /** {@code on} and {@code off} of {@code on|off|PSEUDONYM}. */
    private static List<String> words(String label) {
        return label.contains("|")
                ? Stream.of(label.split("\\|", -1))
                        .filter(word -> word.matches("[a-z0-9]+"))
                        .toList()
                : List.of();
    }
}
