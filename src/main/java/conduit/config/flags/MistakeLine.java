package conduit.config.flags;

import conduit.config.flags.Invocation.Mistake;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Puts a mistake into its one line: the flag, what was given, what is expected. Whatever was given
 * comes here through {@link Quoted}, so that it cannot break the line.
 */
final class MistakeLine {

    /** Two lines of a terminal: picocli's words and the beginning of what was given. */
    private static final int LONGEST_SENTENCE = 160;

    private MistakeLine() {}

    /** A line from its three parts. */
    static Mistake of(String flag, String given, String expected) {
        return new Mistake("conduit: " + flag + ": " + given + ": expected " + expected);
    }

    /** What picocli could not read. */
    static Mistake of(ParameterException problem) {
        return switch (problem) {
            case UnmatchedArgumentException unmatched -> unmatched(unmatched);
            case MissingParameterException missing -> withoutValue(missing.getMissing().getFirst());
            case OverwrittenOptionException again -> givenAgain(again.getOverwritten());
            case ParameterException invalid
                    when invalid.getCause() instanceof TypeConversionException why ->
                    of(
                            flag(invalid.getArgSpec()),
                            Quoted.of(invalid.getValue()) + " " + why.getMessage(),
                            expected(invalid.getArgSpec()));
            default -> inPicoclisWords(problem);
        };
    }

    private static Mistake unmatched(UnmatchedArgumentException unmatched) {
        String argument = Quoted.of(unmatched.getUnmatched().getFirst());
        // The most similar comes first, and more than two are no help.
        List<String> similar = unmatched.getSuggestions().stream().limit(2).toList();
        if (!unmatched.isUnknownOption()) {
            return similar.isEmpty()
                    ? of(argument, "it belongs to no flag", "only flags; --help lists them")
                    : of(argument, "there is no such command", String.join(" or ", similar));
        }
        return of(
                argument,
                "there is no such flag",
                similar.isEmpty() ? "one that --help lists" : String.join(" or ", similar));
    }

    /** Flags in front of a command would have to be the proxy's, which does not run then. */
    static Mistake flagsBefore(CommandLine command) {
        String name = command.getCommandSpec().qualifiedName();
        return of(
                command.getCommandName(),
                "flags stand before this command",
                "them behind it, as in " + name + " --help");
    }

    private static Mistake withoutValue(ArgSpec spec) {
        return of(flag(spec), "no value was given", expected(spec));
    }

    private static Mistake givenAgain(ArgSpec spec) {
        String first =
                spec.arity().max() == 0
                        ? ""
                        : " after " + Quoted.of(spec.originalStringValues().getFirst());
        return of(flag(spec), "it was given again" + first, "it at most once");
    }

    /** What is left: a value given to a flag that takes none. picocli's sentence says it all. */
    private static Mistake inPicoclisWords(ParameterException problem) {
        String sentence = String.valueOf(problem.getMessage());
        return new Mistake("conduit: " + Quoted.escaped(sentence, LONGEST_SENTENCE));
    }

    private static String flag(ArgSpec spec) {
        return switch (spec) {
            case OptionSpec option -> option.longestName();
            case ArgSpec parameter -> parameter.paramLabel();
        };
    }

    private static String expected(ArgSpec spec) {
        return ((ValueForm<?>) spec.converters()[0]).expected();
    }
}
