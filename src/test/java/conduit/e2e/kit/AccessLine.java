package conduit.e2e.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of the access log, taken apart. This is the only place that knows how such a line is
 * written: {@code key=value} pairs in any order, values with spaces in double quotes.
 */
public record AccessLine(String text, Map<String, String> fields) {

    private static final Pattern PAIR =
            Pattern.compile("(\\w+)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|(\\S*))");

    private static final Set<String> PARTIES = Set.of("client", "remote", "parent", "us");

    private static final Set<String> PHASES =
            Set.of("negotiation", "lookup", "connect", "handshake", "response", "relay");

    public AccessLine {
        fields = Map.copyOf(fields);
    }

    /** The line as an access line, if it is one and not a line about the program itself. */
    public static Optional<AccessLine> parse(String line) {
        Map<String, String> fields = new HashMap<>();
        Matcher pair = PAIR.matcher(line);
        while (pair.find()) {
            String quoted = pair.group(2);
            fields.put(pair.group(1), quoted != null ? quoted : pair.group(3));
        }
        boolean ended = fields.containsKey("outcome") || fields.containsKey("refusal");
        return ended && fields.containsKey("client") && fields.containsKey("inbound")
                ? Optional.of(new AccessLine(line, fields))
                : Optional.empty();
    }

    /** When it was written, to the millisecond. */
    public Instant time() {
        return OffsetDateTime.parse(text.substring(0, text.indexOf(' '))).toInstant();
    }

    /** Who connected to us. */
    public InetSocketAddress client() {
        return Target.parse(field("client")).address();
    }

    /** Who the client has proved to be; - for nobody. */
    public String user() {
        return field("user");
    }

    public String inbound() {
        return field("inbound");
    }

    public String destination() {
        return field("destination");
    }

    /** The far side; a failure if there was none. */
    public InetSocketAddress remote() {
        return Target.parse(field("remote")).address();
    }

    /** How it ended; empty for a refusal. */
    public String outcome() {
        return field("outcome");
    }

    /** Whose doing it was. */
    public String by() {
        return field("by");
    }

    /** Where on its way it ended. */
    public String phase() {
        return field("phase");
    }

    /** Whose doing a refusal was, where on the way it came about, and what the kernel said. */
    public String blame() {
        return "by=%s phase=%s errno=%s".formatted(by(), phase(), field("errno"));
    }

    /** Why it was refused; empty otherwise. */
    public String refusal() {
        return field("refusal");
    }

    /** The sentence beside the refusal. */
    public String detail() {
        return field("detail");
    }

    /** Bytes from the client to the remote; -1 if the line does not say. */
    public long up() {
        return fields.containsKey("up") ? Long.parseLong(field("up")) : -1;
    }

    /** Bytes from the remote to the client; -1 if the line does not say. */
    public long down() {
        return fields.containsKey("down") ? Long.parseLong(field("down")) : -1;
    }

    /** It says in full how it ended, with words of the closed lists. */
    void expectComplete() {
        assertThat(by()).as("by in %s", this).isIn(PARTIES);
        assertThat(phase()).as("phase in %s", this).isIn(PHASES);
        if (!refusal().isEmpty()) {
            assertThat(field("errno")).as("errno in %s", this).matches("-|E[A-Z0-9]+");
            assertThat(detail()).as("detail in %s", this).isNotBlank();
            assertThat(phase()).as("phase in %s", this).isNotEqualTo("relay");
        }
    }

    private String field(String key) {
        return fields.getOrDefault(key, "");
    }

    @Override
    public String toString() {
        return text;
    }
}
