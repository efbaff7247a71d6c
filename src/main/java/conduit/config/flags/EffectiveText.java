package conduit.config.flags;

import conduit.address.Network;
import conduit.address.PortRange;
import conduit.config.Inbound;
import conduit.config.Logging.AccessTarget;
import conduit.config.file.Value;
import conduit.config.rules.Rule;
import conduit.config.rules.RuleSet;
import conduit.config.rules.Target;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Writes what was given and what holds by default as a configuration file with the same meaning.
 * Paths are absolute, so that the file may lie anywhere, and users are left out of URLs.
 */
final class EffectiveText {

    /** As the help begins the last line of each description. */
    private static final Pattern DEFAULT = Pattern.compile("Default: (.*?)\\.(?: Example: .*)?");

    /** The user of a URL (RFC 3986, section 3.2.1). */
    private static final Pattern USER = Pattern.compile("^([A-Za-z0-9+.-]+://)[^/]*@");

    private final ParseResult given;
    private final Optional<Written> written;

    private EffectiveText(ParseResult given, Optional<Written> written) {
        this.given = given;
        this.written = written;
    }

    /** The file's text, without a newline at its end. */
    static String of(CommandSpec command, Optional<Written> written) {
        return new EffectiveText(command.commandLine().getParseResult(), written).text(command);
    }

    private String text(CommandSpec command) {
        return Stream.concat(
                        ProxyOptions.of(command).entrySet().stream()
                                .filter(heading -> !heading.getValue().isEmpty())
                                .map(this::section),
                        written.flatMap(Written::rules).stream().map(EffectiveText::rules))
                .collect(Collectors.joining("\n"))
                .stripTrailing();
    }

    private String section(Map.Entry<String, List<OptionSpec>> heading) {
        return heading.getValue().stream()
                .map(option -> line(option) + "\n")
                .collect(Collectors.joining("", "# " + heading.getKey() + "\n", ""));
    }

    private String line(OptionSpec option) {
        String key = ProxyOptions.key(option);
        OptionSpec matched = given.matchedOption(option.longestName());
        if (matched == null) {
            return byDefault(option, key);
        }
        boolean isSwitch = ProxyOptions.type(option) == Value.Type.BOOLEAN;
        List<String> values =
                isSwitch
                        ? List.of("true")
                        : matched.originalStringValues().stream()
                                .map(value -> value(option, value))
                                .toList();
        String overruling =
                written.isPresent() && written.get().overrules(option.longestName())
                        ? "  # command line"
                        : "";
        return key
                + " = "
                + (option.isMultiValue() ? list(values.stream()) : values.getFirst())
                + overruling;
    }

    private static String byDefault(OptionSpec option, String key) {
        if (ProxyOptions.type(option) == Value.Type.BOOLEAN) {
            return key + " = false  # default";
        }
        if (option.defaultValue() != null) {
            return key + " = " + value(option, option.defaultValue()) + "  # default";
        }
        String[] description = option.description();
        Matcher words = DEFAULT.matcher(description[description.length - 1]);
        return "# "
                + key
                + " is not given; default: "
                + (words.matches() ? words.group(1) : "none");
    }

    private static String value(OptionSpec option, String text) {
        if (ProxyOptions.type(option) == Value.Type.INTEGER) {
            return number(text);
        }
        return ProxyOptions.valueType(option) == Path.class || isAccessFile(option, text)
                ? quoted(Path.of(text).toAbsolutePath().toString())
                : quoted(USER.matcher(text).replaceFirst("$1"));
    }

    private static boolean isAccessFile(OptionSpec option, String text) {
        return ProxyOptions.valueType(option) == AccessTarget.class
                && new ValueForm.AccessLog().convert(text) instanceof AccessTarget.File;
    }

    /** Without the leading zeros and capital letters that TOML does not take. */
    private static String number(String text) {
        return text.startsWith("0x") || text.startsWith("0X")
                ? "0x" + Long.toHexString(Long.parseLong(text.substring(2), 16))
                : Long.toString(Long.parseLong(text));
    }

    private static String rules(RuleSet rules) {
        return "# Rules\ndefault = "
                + quoted(lowerCase(rules.otherwise()))
                + "\n"
                + rules.rules().stream().map(EffectiveText::rule).collect(Collectors.joining());
    }

    private static String rule(Rule rule) {
        return Stream.of(
                        "\n[[rules]]  # " + Quoted.escaped(rule.where(), Integer.MAX_VALUE),
                        "action = " + quoted(lowerCase(rule.action())),
                        key("from", rule.from().stream().map(Network::toString)),
                        key("users", rule.users().stream().sorted()),
                        key("inbounds", rule.inbounds().stream().sorted().map(Inbound::label)),
                        key("to", rule.to().stream().map(Target::toString)),
                        ports(rule.ports()),
                        rule.unguarded() ? "guard = \"off\"" : "")
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String key(String name, Stream<String> values) {
        List<String> quoted = values.map(EffectiveText::quoted).toList();
        return quoted.isEmpty() ? "" : name + " = " + list(quoted.stream());
    }

    private static String ports(Collection<PortRange> ports) {
        return ports.isEmpty()
                ? ""
                : "ports = "
                        + list(
                                ports.stream()
                                        .map(range ->
                                                range.isSingle()
                                                        ? Integer.toString(range.first())
                                                        : quoted(
                                                                range.first()
                                                                        + "-"
                                                                        + range.last())));
    }

    private static String list(Stream<String> values) {
        return values.collect(Collectors.joining(", ", "[", "]"));
    }

    private static String lowerCase(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    /** A basic string of TOML 1.0. */
    private static String quoted(String text) {
        StringBuilder string = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                string.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f) {
                string.append("\\u%04x".formatted((int) c));
            } else {
                string.append(c);
            }
        }
        return string.append('"').toString();
    }
}
