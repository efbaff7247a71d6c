package conduit.config.flags;

import conduit.address.Destination;
import conduit.address.Parsed;
import conduit.config.ConnectionLimits;
import conduit.config.Fwmark;
import conduit.config.HttpLimits;
import conduit.config.KeepAlive;
import conduit.config.Logging;
import conduit.config.Logging.AccessTarget;
import conduit.config.Pseudonym;
import conduit.config.Rate;
import conduit.config.RelayMode;
import conduit.config.Relaying;
import conduit.config.Resolving;
import conduit.config.Reuse;
import conduit.config.UserName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A kind of value that flags take: lets picocli read it with one of the pure parsers, and tells in
 * words what is expected. picocli makes the instances, hence a class for each kind.
 */
abstract class ValueForm<T> implements ITypeConverter<T> {

    private final String noun;
    private final String expected;
    private final Function<String, Parsed<T>> parser;

    ValueForm(String noun, String expected, Function<String, Parsed<T>> parser) {
        this.noun = noun;
        this.expected = expected;
        this.parser = parser;
    }

    /** The form of the value and an example, to stand after "expected". */
    final String expected() {
        return expected;
    }

    /**
     * The value that the text means.
     *
     * @throws TypeConversionException when it means none; the message continues a sentence that
     *     starts with the text
     */
    @Override
    public final T convert(String text) {
        return switch (parser.apply(text)) {
            case Parsed.Valid<T>(T value) -> value;
            case Parsed.Invalid<T>(String why) ->
                    throw new TypeConversionException("is not " + noun + " (" + why + ")");
        };
    }

    static final class ListenAddress extends ValueForm<InetSocketAddress> {
        ListenAddress() {
            super(
                    "an address and port",
                    "IP:port, for example 127.0.0.1:8080",
                    AddressText::toListenOn);
        }
    }

    static final class ParentUrl extends ValueForm<UpstreamUrl> {
        ParentUrl() {
            super(
                    "a way out",
                    "direct://, http://host:port or socks5://host:port",
                    UpstreamUrl::parse);
        }
    }

    static final class ParentAddress extends ValueForm<Destination> {
        static final String EXPECTED = "host:port, for example 192.0.2.7:3128";

        ParentAddress() {
            super("a host and port", EXPECTED, Destination::parse);
        }
    }

    static final class PathName extends ValueForm<Path> {
        PathName() {
            super("a path", "the path of a file", PathName::parse);
        }

        private static Parsed<Path> parse(String text) {
            try {
                return text.isEmpty() ? Parsed.invalid("it is empty") : Parsed.valid(Path.of(text));
            } catch (InvalidPathException e) {
                return Parsed.invalid("the system allows no such name");
            }
        }
    }

    static final class User extends ValueForm<String> {
        User() {
            super(
                    "a user's name",
                    "1 to 255 bytes without a colon, for example alice",
                    UserName::parse);
        }
    }

    static final class Mode extends ValueForm<UpstreamMode> {
        Mode() {
            super(
                    "an upstream mode",
                    "direct, http or socks5",
                    text -> ModeText.parse(UpstreamMode.values(), text));
        }
    }

    static final class AccessLog extends ValueForm<AccessTarget> {
        AccessLog() {
            super(
                    "a place for the access log",
                    "stderr, stdout, off or the path of a file",
                    AccessLog::parse);
        }

        private static Parsed<AccessTarget> parse(String text) {
            return switch (text) {
                case "stderr" -> Parsed.valid(new AccessTarget.StandardError());
                case "stdout" -> Parsed.valid(new AccessTarget.StandardOutput());
                case "off" -> Parsed.valid(new AccessTarget.Off());
                default ->
                        switch (PathName.parse(text)) {
                            case Parsed.Valid<Path>(Path path) ->
                                    Parsed.valid(new AccessTarget.File(path));
                            case Parsed.Invalid<Path>(String why) -> Parsed.invalid(why);
                        };
            };
        }
    }

    static final class LogFormat extends ValueForm<Logging.Format> {
        LogFormat() {
            super(
                    "a format of the log",
                    "text or json",
                    text -> ModeText.parse(Logging.Format.values(), text));
        }
    }

    static final class LogLevel extends ValueForm<Logging.Level> {
        LogLevel() {
            super(
                    "a level of the log",
                    "error, warn, info or debug",
                    text -> ModeText.parse(Logging.Level.values(), text));
        }
    }

    static final class Time extends ValueForm<Duration> {
        Time() {
            super(
                    "a duration",
                    "whole numbers with h, m, s or ms, for example 1m30s",
                    DurationText::parse);
        }
    }

    static final class BytesPerSecond extends ValueForm<Rate> {
        BytesPerSecond() {
            super(
                    "a rate",
                    "bytes per second from 1Ki to 100G, for example 500K or 10Mi",
                    RateText::parse);
        }
    }

    static final class KeepAliveTimes extends ValueForm<KeepAlive> {
        KeepAliveTimes() {
            super(
                    "a keepalive setting",
                    "on, off or IDLE:INTVL:CNT, for example 45:45:3",
                    KeepAliveText::parse);
        }
    }

    static final class SourceAddress extends ValueForm<InetAddress> {
        SourceAddress() {
            super(
                    "an address to dial from",
                    "IP, for example 192.0.2.7 or 2001:db8::7",
                    AddressText::toDialFrom);
        }
    }

    static final class Mark extends ValueForm<Fwmark> {
        Mark() {
            super("a mark", "1 to 4294967295, for example 42 or 0x2a", FwmarkText::parse);
        }
    }

    static final class Relay extends ValueForm<RelayMode> {
        Relay() {
            super(
                    "a relay mode",
                    "auto, splice or copy",
                    text -> ModeText.parse(RelayMode.values(), text));
        }
    }

    static final class Threads extends ValueForm<Integer> {
        Threads() {
            super(
                    "a number of threads",
                    "1 to " + Relaying.MOST_THREADS + ", for example 4",
                    text -> NumberText.parse(text, 1, Relaying.MOST_THREADS));
        }
    }

    static final class NameServer extends ValueForm<InetSocketAddress> {
        NameServer() {
            super(
                    "an address with or without a port",
                    "IP or IP:port, for example 192.0.2.53",
                    AddressText::toAsk);
        }
    }

    static final class ViaName extends ValueForm<Pseudonym> {
        ViaName() {
            super(
                    "a name for Via",
                    "on, off or a name, for example egress1.example",
                    ViaName::parse);
        }

        private static Parsed<Pseudonym> parse(String text) {
            return switch (text) {
                case "on" -> Parsed.valid(new Pseudonym.OfTheProcess());
                case "off" -> Parsed.valid(new Pseudonym.None());
                default ->
                        Pseudonym.Given.isOne(text)
                                ? Parsed.valid(new Pseudonym.Given(text))
                                : Parsed.invalid(
                                        "letters, digits and !#$%&'*+-.^_`|~ only, at most "
                                                + Pseudonym.Given.LONGEST);
            };
        }
    }

    static final class Connections extends ValueForm<Integer> {
        Connections() {
            super(
                    "a number of connections",
                    "0 to " + Reuse.MOST + ", for example 100",
                    text -> NumberText.parse(text, 0, Reuse.MOST));
        }
    }

    static final class ConnectionLimit extends ValueForm<Integer> {
        ConnectionLimit() {
            super(
                    "a number of connections",
                    "1 to " + ConnectionLimits.MOST + ", for example 200",
                    text -> NumberText.parse(text, 1, ConnectionLimits.MOST));
        }
    }

    static final class ClientPrefix extends ValueForm<Integer> {
        ClientPrefix() {
            super(
                    "a number of bits",
                    ConnectionLimits.SHORTEST_PREFIX6
                            + " to "
                            + ConnectionLimits.LONGEST_PREFIX6
                            + ", for example 56",
                    text ->
                            NumberText.parse(
                                    text,
                                    ConnectionLimits.SHORTEST_PREFIX6,
                                    ConnectionLimits.LONGEST_PREFIX6));
        }
    }

    static final class HeadBytes extends ValueForm<Integer> {
        HeadBytes() {
            super(
                    "a number of bytes",
                    HttpLimits.LEAST_BYTES + " to " + HttpLimits.MOST_BYTES + ", for example 65536",
                    text -> NumberText.parse(text, HttpLimits.LEAST_BYTES, HttpLimits.MOST_BYTES));
        }
    }

    static final class HeadFields extends ValueForm<Integer> {
        HeadFields() {
            super(
                    "a number of fields",
                    HttpLimits.LEAST_FIELDS + " to " + HttpLimits.MOST_FIELDS + ", for example 500",
                    text ->
                            NumberText.parse(
                                    text, HttpLimits.LEAST_FIELDS, HttpLimits.MOST_FIELDS));
        }
    }

    static final class Tunnels extends ValueForm<Integer> {
        /** So many sockets no machine has today. */
        private static final int MOST = 10_000_000;

        Tunnels() {
            super(
                    "a number of tunnels",
                    "1 to " + MOST + ", for example 10000",
                    text -> NumberText.parse(text, 1, MOST));
        }
    }

    static final class CacheEntries extends ValueForm<Integer> {
        CacheEntries() {
            super(
                    "a number of names",
                    "0 to " + Resolving.MOST_CACHE_ENTRIES + ", for example 10000",
                    text -> NumberText.parse(text, 0, Resolving.MOST_CACHE_ENTRIES));
        }
    }
}
