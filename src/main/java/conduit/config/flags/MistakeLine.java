package conduit.config.flags;

import conduit.config.file.Flaw;
import conduit.config.flags.Invocation.Mistake;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    /** Longer than any key there is. */
    private static final int LONGEST_KEY = 40;

    private static final String PROGRAM = "conduit: ";
    private static final String EXPECTED = ": expected ";

    /** A flag, perhaps with its value, as the sentences here name them. */
    private static final Pattern FLAG = Pattern.compile("(--[a-z][a-z0-9-]*)(?:=[^ :]+)?");

    private MistakeLine() {}

    /** A line from its three parts. */
    static Mistake of(String flag, String given, String expected) {
        return new Mistake(PROGRAM + flag + ": " + given + EXPECTED + expected);
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

    /** What a configuration file has wrong. */
    static Mistake of(Flaw flaw) {
        String place = Quoted.escaped(flaw.place().toString(), Integer.MAX_VALUE);
        return switch (flaw) {
            case Flaw.Syntax(var _, String message) ->
                    new Mistake(
                            PROGRAM
                                    + place
                                    + ": it is not TOML: "
                                    + Quoted.escaped(message, LONGEST_SENTENCE));
            case Flaw.Untaken(var _, String key, var given, String problem, String expected) ->
                    of(
                            place + ": " + Quoted.escaped(key, LONGEST_KEY),
                            given.map(text -> Quoted.of(text) + " ").orElse("") + problem,
                            expected);
        };
    }

    /**
     * Names the places in the file where flags come from that a mistake is about: in front when it
     * is about one of them, otherwise behind each. Where none of them comes from the file it stays
     * as it is.
     */
    static Mistake placed(Mistake mistake, Written written) {
        String line = mistake.line();
        int end = line.lastIndexOf(EXPECTED);
        String sentence = end < 0 ? line : line.substring(0, end);
        if (FLAG.matcher(sentence).results().map(flag -> flag.group(1)).noneMatch(written::has)) {
            return mistake;
        }
        String placed =
                FLAG.matcher(sentence)
                        .replaceAll(
                                flag -> Matcher.quoteReplacement(placed(flag, sentence, written)));
        return new Mistake(placed + line.substring(sentence.length()));
    }

    private static String placed(MatchResult found, String sentence, Written written) {
        String flag = found.group(1);
        if (written.overrules(flag)) {
            return found.start() == PROGRAM.length()
                    ? found.group()
                    : found.group() + " (command line)";
        }
        if (!written.has(flag)) {
            return found.group();
        }
        String place = Quoted.escaped(written.place(flag, sentence).toString(), Integer.MAX_VALUE);
        String key = found.group().substring("--".length());
        return found.start() == PROGRAM.length() ? place + ": " + key : key + " (" + place + ")";
    }

    private static Mistake unmatched(UnmatchedArgumentException unmatched) {
        String argument = Quoted.of(unmatched.getUnmatched().getFirst());
        // The most similar comes first, and more than two are no help.
        List<String> similar = unmatched.getSuggestions().stream().limit(2).toList();
        if (!unmatched.isUnknownOption()) {
            // What is similar to picocli may be a path, and no command is one.
            return similar.isEmpty() || !isWord(unmatched.getUnmatched().getFirst())
                    ? of(argument, "it belongs to no flag", "only flags; --help lists them")
                    : of(argument, "there is no such command", String.join(" or ", similar));
        }
        return of(
                argument,
                "there is no such flag",
                similar.isEmpty() ? "one that --help lists" : String.join(" or ", similar));
    }

    private static boolean isWord(String argument) {
        return argument.chars().allMatch(Character::isLetter);
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
        return new Mistake(PROGRAM + Quoted.escaped(sentence, LONGEST_SENTENCE));
    }

    private static String flag(ArgSpec spec) {
        return spec instanceof OptionSpec option ? option.longestName() : spec.paramLabel();
    }

    private static String expected(ArgSpec spec) {
        return ((ValueForm<?>) spec.converters()[0]).expected();
    }
}
