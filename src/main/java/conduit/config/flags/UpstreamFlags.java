package conduit.config.flags;

import conduit.address.Destination;
import conduit.address.Parsed;
import conduit.config.Credentials;
import conduit.config.Upstream;
import conduit.config.flags.Invocation.Mistake;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the flags about the way out mean together: {@code --upstream}, or {@code --upstream-mode}
 * with {@code --upstream-addr}, and {@code --upstream-auth-file}, which is read here.
 */
final class UpstreamFlags {

    private static final String PASSWORD_FILE = "a file of mode 0600 with one line user:password";

    /** The way out, or what is wrong with the flags. */
    sealed interface Meaning {
        /** The flags make sense. */
        record Meant(Upstream upstream) implements Meaning {}

        /** They do not. */
        record Wrong(Mistake mistake) implements Meaning {}
    }

    private UpstreamFlags() {}

    /** Reads the flags, and the file with the credentials. */
    static Meaning of(Options.WayOut flags) {
        if (flags.url.isPresent() && (flags.mode.isPresent() || flags.address.isPresent())) {
            return wrong(
                    Options.UPSTREAM,
                    "it was given together with "
                            + (flags.mode.isPresent()
                                    ? Options.UPSTREAM_MODE
                                    : Options.UPSTREAM_ADDR),
                    "either this flag or the other two");
        }
        UpstreamUrl url =
                flags.url.orElseGet(() ->
                        new UpstreamUrl(
                                flags.mode.orElse(UpstreamMode.DIRECT),
                                flags.address,
                                Optional.empty()));
        return switch (url.mode()) {
            case DIRECT -> direct(url, flags.authFile);
            case HTTP, SOCKS5 -> parent(url, flags.authFile);
        };
    }

    private static Meaning direct(UpstreamUrl url, Optional<Path> authFile) {
        if (url.at().isPresent()) {
            return wrong(
                    Options.UPSTREAM_ADDR,
                    Quoted.of(url.at().get().toString()) + " has no use with direct",
                    "no address, or --upstream-mode=http or socks5");
        }
        return authFile.isPresent()
                ? wrong(
                        Options.UPSTREAM_AUTH_FILE,
                        Quoted.of(authFile.get().toString()) + " has no use with direct",
                        "no file, or a parent proxy")
                : new Meaning.Meant(new Upstream.Direct());
    }

    private static Meaning parent(UpstreamUrl url, Optional<Path> authFile) {
        if (url.at().isEmpty()) {
            return wrong(
                    Options.UPSTREAM_ADDR,
                    "none was given with " + Options.UPSTREAM_MODE + "=" + url.mode(),
                    ValueForm.ParentAddress.EXPECTED);
        }
        Destination at = url.at().get();
        if (authFile.isEmpty()) {
            return url.user().isPresent()
                    ? wrong(
                            Options.UPSTREAM_AUTH_FILE,
                            "none was given for the user in " + Options.UPSTREAM,
                            PASSWORD_FILE)
                    : meant(url.mode(), at, Optional.empty());
        }
        return switch (read(url.mode(), authFile.get())) {
            case Parsed.Invalid<Credentials>(String why) ->
                    wrong(
                            Options.UPSTREAM_AUTH_FILE,
                            Quoted.of(authFile.get().toString()) + " cannot be used (" + why + ")",
                            PASSWORD_FILE);
            case Parsed.Valid<Credentials>(Credentials credentials)
                    when url.user().isPresent() && !url.user().get().equals(credentials.user()) ->
                    wrong(
                            Options.UPSTREAM_AUTH_FILE,
                            Quoted.of(authFile.get().toString())
                                    + " is about another user than "
                                    + Options.UPSTREAM,
                            "the same user in both");
            case Parsed.Valid<Credentials>(Credentials credentials) ->
                    meant(url.mode(), at, Optional.of(credentials));
        };
    }

    private static Parsed<Credentials> read(UpstreamMode mode, Path file) {
        return mode == UpstreamMode.SOCKS5
                ? CredentialsFile.forSocks(file)
                : CredentialsFile.forHttp(file);
    }

    private static Meaning meant(
            UpstreamMode mode, Destination at, Optional<Credentials> credentials) {
        return new Meaning.Meant(
                mode == UpstreamMode.SOCKS5
                        ? new Upstream.SocksParent(at, credentials)
                        : new Upstream.HttpParent(at, credentials));
    }

    private static Meaning wrong(String flag, String given, String expected) {
        return new Meaning.Wrong(MistakeLine.of(flag, given, expected));
    }
}
