package conduit.config.flags;

import conduit.address.Parsed;
import conduit.config.AdminToken;
import conduit.config.Administration;
import conduit.config.flags.Invocation.Mistake;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The flags about the admin listener, a heading of {@link Options}. */
final class AdminFlags {

    static final String LISTEN = "--admin-listen";
    static final String TOKEN_FILE = "--admin-token-file";

    /** A token that can be guessed protects nothing; 128 bits take 22 characters of base64. */
    private static final int SHORTEST = 16;

    @Option(
            names = LISTEN,
            paramLabel = "IP:port",
            converter = ValueForm.ListenAddress.class,
            description = {
                "Serve metrics for Prometheus, live tunnels and health here, for those who run",
                "conduit. On another address than a loopback one --admin-token-file is needed.",
                "Default: off. Example: --admin-listen=127.0.0.1:9180"
            })
    Optional<InetSocketAddress> listen;

    @Option(
            names = TOKEN_FILE,
            paramLabel = "PATH",
            converter = ValueForm.PathName.class,
            description = {
                "Answer on --admin-listen only to who sends this token (Authorization: Bearer): one",
                "line of 16 characters at least, in a file that only its owner can read or write.",
                "Read once, at start.",
                "Default: none. Example: --admin-token-file=/etc/conduit/admin-token"
            })
    Optional<Path> tokenFile;

    /** What the flags mean together. */
    sealed interface Meaning {
        record Meant(Optional<Administration> administration) implements Meaning {}

        record Wrong(Mistake mistake) implements Meaning {}
    }

    Meaning meaning() {
        if (listen.isEmpty()) {
            return tokenFile
                    .<Meaning>map(file ->
                            new Meaning.Wrong(
                                    MistakeLine.of(
                                            TOKEN_FILE,
                                            "it has no use without " + LISTEN,
                                            "an address of the admin listener")))
                    .orElseGet(() -> new Meaning.Meant(Optional.empty()));
        }
        InetSocketAddress address = listen.get();
        if (tokenFile.isEmpty()) {
            return address.getAddress().isLoopbackAddress()
                    ? meant(new Administration(address, Optional.empty()))
                    : new Meaning.Wrong(
                            MistakeLine.of(
                                    LISTEN,
                                    "others could use it, since it is not on a loopback address",
                                    "127.0.0.1 or [::1], or " + TOKEN_FILE));
        }
        return switch (token(tokenFile.get())) {
            case Parsed.Valid<AdminToken>(AdminToken token) ->
                    meant(new Administration(address, Optional.of(token)));
            case Parsed.Invalid<AdminToken>(String why) ->
                    new Meaning.Wrong(
                            MistakeLine.of(
                                    TOKEN_FILE,
                                    Quoted.of(tokenFile.get().toString())
                                            + " cannot be used ("
                                            + why
                                            + ")",
                                    "a file with one line"));
        };
    }

    private static Meaning meant(Administration administration) {
        return new Meaning.Meant(Optional.of(administration));
    }

    private static Parsed<AdminToken> token(Path file) {
        return switch (SecretFile.line(file)) {
            case Parsed.Invalid<String>(String why) -> Parsed.invalid(why);
            case Parsed.Valid<String>(String line) when line.length() < SHORTEST ->
                    Parsed.invalid("it has fewer than " + SHORTEST + " characters");
            // What a field of HTTP can carry (RFC 6750, section 2.1, allows some fewer).
            case Parsed.Valid<String>(String line)
                    when line.chars().anyMatch(c -> c <= ' ' || c > '~') ->
                    Parsed.invalid("it has a character that is not printable ASCII, or a space");
            case Parsed.Valid<String>(String line) -> Parsed.valid(AdminToken.of(line));
        };
    }
}
