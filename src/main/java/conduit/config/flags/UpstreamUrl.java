package conduit.config.flags;

import conduit.address.Destination;
import conduit.address.Parsed;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The short form of a way out, as {@code --upstream} takes it: {@code direct://}, {@code
 * http://[user@]host:port} or {@code socks5://[user@]host:port}. It never holds a password, which
 * would stand in the list of processes.
 *
 * @param at the parent; empty with {@code direct}
 * @param user whom the credentials must name, if the operator wants that checked
 */
record UpstreamUrl(UpstreamMode mode, Optional<Destination> at, Optional<String> user) {

    private static final Pattern FORM =
            Pattern.compile("(?<scheme>[A-Za-z0-9+.-]+)://(?:(?<user>.*)@)?(?<at>[^@/]*)/?");

    /** Reads it; a user is percent-decoded (RFC 3986, section 2.1). */
    static Parsed<UpstreamUrl> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Parsed.invalid("it has not the form of a URL");
        }
        Optional<String> user = Optional.ofNullable(form.group("user"));
        String scheme = form.group("scheme").toLowerCase(Locale.ROOT);
        return switch (ModeText.parse(UpstreamMode.values(), scheme)) {
            case Parsed.Invalid<UpstreamMode> _ ->
                    Parsed.invalid("its scheme is none of direct, http and socks5");
            case Parsed.Valid<UpstreamMode>(UpstreamMode mode) when mode == UpstreamMode.DIRECT ->
                    text.equals("direct://")
                            ? Parsed.valid(new UpstreamUrl(mode, Optional.empty(), user))
                            : Parsed.invalid("nothing may follow direct://");
            case Parsed.Valid<UpstreamMode>(UpstreamMode mode) ->
                    user.isPresent()
                            ? parent(mode, form.group("at"), user.get())
                            : parent(mode, form.group("at"), Optional.empty());
        };
    }

    private static Parsed<UpstreamUrl> parent(UpstreamMode mode, String at, String encodedUser) {
        if (encodedUser.indexOf(':') >= 0) {
            return Parsed.invalid(
                    "a password belongs into the file of " + Options.UPSTREAM_AUTH_FILE);
        }
        if (encodedUser.isEmpty()) {
            return Parsed.invalid("the user is empty");
        }
        return decoded(encodedUser)
                .map(user -> parent(mode, at, Optional.of(user)))
                .orElseGet(() -> Parsed.invalid("the user is not percent-encoded"));
    }

    private static Optional<String> decoded(String user) {
        try {
            return Optional.ofNullable(URI.create("any://" + user + "@host").getUserInfo());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Parsed<UpstreamUrl> parent(UpstreamMode mode, String at, Optional<String> user) {
        return switch (Destination.parse(at)) {
            case Parsed.Valid<Destination>(Destination parent) ->
                    Parsed.valid(new UpstreamUrl(mode, Optional.of(parent), user));
            case Parsed.Invalid<Destination>(String why) -> Parsed.invalid(why);
        };
    }
}
