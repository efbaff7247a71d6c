package conduit.config.flags;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Writes conduit(1), for man(7), from what {@link HelpText} writes the help from. The flags of the
 * proxy stand in it once, and each command has a section with its own.
 */
final class ManPage {

    /** Of the page, which wants one: with a release, the day it is made. */
    private static final String DATE = "2026-11-23";

    /** mandoc(1) complains of longer lines; an escape makes one of at most six characters more. */
    private static final int LONGEST_LINE = 70;

    private static final String LEARNT_ELSEWHERE =
            """
            .SH SIGNALS
            .TP
            .BR SIGTERM ", " SIGINT
            Drain, and end: see
            .BR --drain-timeout .
            A second one ends conduit at once.
            .TP
            .B SIGHUP
            Read the configuration again. On any mistake all stays as it was.
            .TP
            .B SIGUSR1
            Open the file of the access log anew.
            .SH ENVIRONMENT
            .TP
            .BR NOTIFY_SOCKET ", " WATCHDOG_USEC ", " WATCHDOG_PID
            Where to tell a service manager that conduit is ready, that it stops and
            that none of its event loops hangs; see
            .BR sd_notify (3).
            .TP
            .BR LISTEN_FDS ", " LISTEN_PID
            How many listening sockets it has been passed; see
            .BR sd_listen_fds (3).
            One with the address of a listener is used in place of a socket of its own.
            .TP
            .BR JAVA_HOME ", " CONDUIT_JVM_DIRS ", " CONDUIT_JAVA_OPTS
            The JVM to prefer, folders to look for one in, and options for it.
            .SH EXIT STATUS
            .TP
            0
            Stopped as told, or done.
            .TP
            1
            Cannot start or cannot do it; the doctor has found a failure, or what
            .B conduit explain
            was asked about is refused.
            .TP
            2
            A mistake on the command line, in the configuration file or in that of users.
            .SH SEE ALSO
            .BR systemd.service (5),
            .BR systemd.socket (5),
            .BR nft (8)
            """;

    private ManPage() {}

    /** The page, with a newline at its end. */
    static String of(CommandSpec conduit) {
        List<String> lines = new ArrayList<>();
        lines.add(".TH CONDUIT 1 \"%s\" conduit".formatted(DATE));
        // Neither hyphens nor wide gaps in what is to be copied.
        lines.addAll(List.of(".nh", ".ad l"));
        lines.addAll(List.of(".SH NAME", "conduit \\- forward proxy for Linux servers"));
        lines.addAll(List.of(".SH SYNOPSIS", ".nf"));
        Stream.concat(Stream.of(conduit), HelpText.runnable(conduit))
                .flatMap(ManPage::synopsis)
                .forEach(lines::add);
        lines.addAll(List.of(".fi", ".SH DESCRIPTION"));
        lines.addAll(filled(conduit.usageMessage().description()));
        lines.add(".SH OPTIONS");
        options(conduit, lines);
        lines.addAll(verbatim(conduit));
        HelpText.runnable(conduit).forEach(command -> command(command, lines));
        return String.join("\n", lines) + "\n" + LEARNT_ELSEWHERE;
    }

    private static Stream<String> synopsis(CommandSpec command) {
        return Stream.of(command.usageMessage().customSynopsis()).map(ManPage::text);
    }

    private static void command(CommandSpec command, List<String> lines) {
        lines.add(".SH " + command.qualifiedName().toUpperCase(Locale.ROOT));
        lines.addAll(filled(command.usageMessage().header()));
        lines.add(".PP");
        lines.addAll(filled(command.usageMessage().description()));
        if (command.mixins().containsKey(ProxyCommand.PROXY)) {
            lines.addAll(List.of(".PP", "The flags of the proxy may be given, too."));
        }
        options(command, lines);
        if (!command.mixins().containsKey(ProxyCommand.PROXY)) {
            lines.addAll(verbatim(command));
        }
    }

    /** A mixin that has mixins holds those of the proxy, which only the proxy itself lists. */
    private static void options(CommandSpec command, List<String> lines) {
        for (Map.Entry<String, CommandSpec> mixin : command.mixins().entrySet()) {
            if (mixin.getValue().mixins().isEmpty()) {
                group(mixin.getKey(), mixin.getValue(), lines);
            } else if (command.parent() == null) {
                options(mixin.getValue(), lines);
            }
        }
    }

    private static void group(String heading, CommandSpec mixin, List<String> lines) {
        lines.add(".SS " + text(heading));
        for (OptionSpec option : mixin.options()) {
            lines.add(".TP");
            lines.add(names(option));
            lines.addAll(filled(option.description()));
        }
    }

    private static String names(OptionSpec option) {
        String value =
                option.arity().max() == 0 ? "" : "=\\fI" + text(option.paramLabel()) + "\\fR";
        return Stream.of(option.names())
                .map(name -> "\\fB" + text(name) + "\\fR")
                .collect(Collectors.joining(", ", "", value));
    }

    private static List<String> verbatim(CommandSpec command) {
        if (command.usageMessage().footer().length == 0) {
            return List.of();
        }
        List<String> lines = new ArrayList<>(List.of(".PP", ".nf"));
        Stream.of(command.usageMessage().footer())
                .flatMap(String::lines)
                .map(ManPage::text)
                .forEach(lines::add);
        lines.add(".fi");
        return lines;
    }

    /** One paragraph, and what is said of defaults in a line of its own. */
    private static List<String> filled(String... sentences) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String sentence : sentences) {
            if (sentence.startsWith("Default:") && !(lines.isEmpty() && line.isEmpty())) {
                end(line, lines);
                lines.add(".br");
            }
            for (String word : sentence.strip().split(" +", -1)) {
                if (line.length() + word.length() > LONGEST_LINE) {
                    end(line, lines);
                }
                line.append(line.isEmpty() ? "" : " ").append(word);
            }
        }
        end(line, lines);
        return lines;
    }

    private static void end(StringBuilder line, List<String> lines) {
        if (!line.isEmpty()) {
            lines.add(text(line.toString()));
            line.setLength(0);
        }
    }

    /** As it stands: without a meaning for roff, and with dashes that can be copied. */
    private static String text(String plain) {
        String escaped = plain.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
