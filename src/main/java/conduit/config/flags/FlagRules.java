package conduit.config.flags;

import conduit.address.IpLiteral;
import conduit.config.Configuration;
import conduit.config.Listener;
import conduit.config.flags.Invocation.Mistake;
import conduit.config.rules.RuleSet;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What flags that are each well formed must satisfy together, and which of them this system cannot
 * do. Pure: the answer is the mistake.
 */
final class FlagRules {

    private static final String LISTENER_FLAGS =
            String.join(", ", Options.HTTP_LISTEN, Options.SOCKS5_LISTEN, Options.TPROXY_LISTEN);

    private FlagRules() {}

    /** The first rule that the options break on the named operating system, if any. */
    static Optional<Mistake> firstBroken(Options options, String operatingSystem) {
        return Stream.of(
                        transparent(options.listening, operatingSystem),
                        spoofing(options.listening, options.wayOut, options.sockets),
                        rulesTwice(options),
                        rulesAboutUsers(options),
                        sources(options.sockets.sources),
                        listeners(options.listening.listeners()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** The same where listeners need not be given, on Linux. */
    static Optional<Mistake> firstBrokenOfGiven(
            Options.Listening listening, Options.WayOut wayOut, Options.Sockets sockets) {
        return spoofing(listening, wayOut, sockets)
                .or(() -> sources(sockets.sources))
                .or(() -> repeated(listening.listeners()));
    }

    private static Optional<Mistake> transparent(
            Options.Listening listening, String operatingSystem) {
        return operatingSystem.equals("Linux")
                ? Optional.empty()
                : listening.tproxy.stream().findFirst().map(FlagRules::onLinuxOnly);
    }

    private static Mistake onLinuxOnly(InetSocketAddress at) {
        return MistakeLine.of(
                Options.TPROXY_LISTEN,
                quoted(at) + " is not possible here (Linux only)",
                "one of " + Options.HTTP_LISTEN + ", " + Options.SOCKS5_LISTEN);
    }

    private static Optional<Mistake> spoofing(
            Options.Listening listening, Options.WayOut wayOut, Options.Sockets sockets) {
        if (!sockets.spoofSource) {
            return Optional.empty();
        }
        if (listening.tproxy.isEmpty()) {
            return Optional.of(
                    MistakeLine.of(
                            Options.TPROXY_SPOOF_SOURCE,
                            "it has no use without " + Options.TPROXY_LISTEN,
                            "at least one transparent listener"));
        }
        return wayOut.namesAParent()
                ? Optional.of(
                        MistakeLine.of(
                                Options.TPROXY_SPOOF_SOURCE,
                                "a parent proxy would answer to the clients, which have not asked"
                                        + " it for anything",
                                "the direct way out"))
                : Optional.empty();
    }

    /** Their order would decide, and none between two places is the obvious one. */
    private static Optional<Mistake> rulesTwice(Options options) {
        Optional<RuleSet> inFile = options.written.flatMap(Written::rules);
        return inFile.isEmpty()
                ? Optional.empty()
                : options.policy
                        .firstRuleFlag()
                        .map(flag ->
                                MistakeLine.of(
                                        flag,
                                        "it was given together with " + place(inFile.get()),
                                        "either these flags or rules in the file"));
    }

    /** Nobody is any user then, and such a rule matches nobody. */
    private static Optional<Mistake> rulesAboutUsers(Options options) {
        return options.users.file.isPresent()
                ? Optional.empty()
                : options.written.flatMap(Written::rules).stream()
                        .flatMap(rules -> rules.rules().stream())
                        .filter(rule -> !rule.users().isEmpty())
                        .findFirst()
                        .map(rule ->
                                MistakeLine.of(
                                        Quoted.escaped(rule.where(), Integer.MAX_VALUE) + ": users",
                                        "without a file of users nobody is any of them",
                                        "users-file, as a key or a flag, or no users in rules"));
    }

    private static String place(RuleSet rules) {
        return rules.rules().stream()
                .findFirst()
                .map(rule -> "[[rules]] (" + Quoted.escaped(rule.where(), Integer.MAX_VALUE) + ")")
                .orElse("the default in the file");
    }

    private static Optional<Mistake> sources(List<InetAddress> sources) {
        Set<Class<?>> families = new HashSet<>();
        return sources.stream()
                .filter(source -> !families.add(source.getClass()))
                .findFirst()
                .map(FlagRules::secondOfItsFamily);
    }

    private static Mistake secondOfItsFamily(InetAddress source) {
        return MistakeLine.of(
                Options.BIND_ADDRESS,
                Quoted.of(NetUtil.toAddressString(source)) + " is the second of its family",
                "one IPv4 and one IPv6 address at most");
    }

    private static Optional<Mistake> listeners(List<Listener> listeners) {
        if (listeners.isEmpty()) {
            return Optional.of(
                    MistakeLine.of(
                            LISTENER_FLAGS,
                            "none was given",
                            "at least one listener, for example --http-listen=127.0.0.1:8080"));
        }
        return repeated(listeners);
    }

    private static Optional<Mistake> repeated(List<Listener> listeners) {
        return Configuration.firstRepeated(listeners)
                .map(second -> repeated(flag(second), second, flag(first(second, listeners))));
    }

    private static Listener first(Listener second, List<Listener> listeners) {
        return listeners.stream()
                .filter(listener -> listener.address().equals(second.address()))
                .findFirst()
                .orElse(second);
    }

    private static Mistake repeated(String flag, Listener listener, String firstFlag) {
        return MistakeLine.of(
                flag,
                quoted(listener.address())
                        + " has a listener already"
                        + (flag.equals(firstFlag) ? "" : ", by " + firstFlag),
                "another address or port");
    }

    private static String flag(Listener listener) {
        return switch (listener.protocol()) {
            case HTTP -> Options.HTTP_LISTEN;
            case SOCKS5 -> Options.SOCKS5_LISTEN;
            case TPROXY -> Options.TPROXY_LISTEN;
        };
    }

    private static String quoted(InetSocketAddress address) {
        return Quoted.of(IpLiteral.withoutPort(address.getAddress()) + ":" + address.getPort());
    }
}
