package conduit.config.flags;

import conduit.config.Configuration;
import conduit.config.Examination;
import conduit.config.Inquiry;
import conduit.config.interception.RulesTask;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a command line asks for: a record for each command, and what any of them may turn into.
 * Reading one is pure: whoever asked prints, exits or runs.
 */
public sealed interface Invocation {

    /**
     * Run the proxy with this configuration, which is written out as {@link Check} prints it.
     *
     * @param file where it stands, or a part of it; empty when there are flags alone
     */
    record Run(Configuration configuration, String effective, Optional<Path> file)
            implements Invocation {}

    /** Tell what the policy of this configuration says to an access. */
    record Explain(Configuration configuration, Inquiry inquiry) implements Invocation {}

    /** Find out why nothing arrives. */
    record Examine(Examination examination) implements Invocation {}

    /** Check what can only be checked by reading other files, and print what it comes to. */
    record Check(Configuration configuration, String effective) implements Invocation {}

    /** Print, install or take away rules of the firewall. */
    record TproxyRules(RulesTask task) implements Invocation {}

    /** Ask for a password, and put it into a file of users. */
    record ChangePassword(Path file, String user) implements Invocation {}

    /** Print a text (help or version, no newline at its end) to standard output and exit with 0. */
    record Print(String text) implements Invocation {}

    /** Print one line (no newline at its end) to standard error and exit with 2. */
    record Mistake(String line) implements Invocation {}

    /**
     * Whether they begin with what is no flag, as a command's name; then they mean no {@link Run}.
     */
    static boolean beginsWithAWord(String... args) {
        return args.length > 0 && !args[0].startsWith("-");
    }

    /** Reads the arguments as the JVM hands them to {@code main}. */
    static Invocation parse(String... args) {
        return CommandLineReader.read(System.getProperty("os.name"), args);
    }
}
