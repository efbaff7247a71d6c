package conduit.observe;

import conduit.address.IpLiteral;
import conduit.tunnel.Ending;
import conduit.tunnel.Journal;
import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import java.time.Duration;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line per tunnel or exchange through SLF4J at INFO, as {@code key=value} pairs in a
 * fixed order. The words come from the closed lists; only a refusal's detail and a user are free
 * text and quoted. Called on event loops; the log's backend does not block them.
 */
public final class AccessLog implements Journal {

    private static final Logger LOG = LoggerFactory.getLogger("access");

    /** A lone - is what stands for nobody. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._@+][A-Za-z0-9._@+-]*");

    private final LoopAlarm loopAlarm = new LoopAlarm();
    private final Repeats repeats = new Repeats();

    @Override
    public void write(Entry entry) {
        if (entry.ending() instanceof Ending.TurnedAway(var refused)
                && refused.refusal() == Refusal.WOULD_LOOP) {
            loopAlarm.heard(entry, refused);
        }
        if (repeats.mayBeWritten(entry) && LOG.isInfoEnabled()) {
            LOG.info(line(entry));
        }
    }

    /** Tells of lines that were not written for their number; to be called once a minute. */
    public void tellOfRepeats() {
        repeats.tell();
    }

    /** The line for an entry, without time and level. */
    static String line(Entry entry) {
        StringBuilder line = new StringBuilder(160);
        line.append("client=").append(IpLiteral.withPort(entry.client()));
        line.append(" user=").append(entry.user().map(AccessLog::userText).orElse("-"));
        line.append(" inbound=").append(entry.inbound().label());
        line.append(" destination=").append(entry.destination().map(Object::toString).orElse("-"));
        line.append(" remote=").append(entry.remote().map(IpLiteral::withPort).orElse("-"));
        line.append(" rule=").append(entry.decidedBy().map(AccessLog::quoted).orElse("-"));
        line.append(" report=").append(entry.wouldDeny().map(AccessLog::quoted).orElse("-"));
        switch (entry.ending()) {
            case Ending.TurnedAway(var refused) -> {
                line.append(" refusal=").append(refused.refusal().label());
                appendBlame(line, refused.by(), refused.phase());
                line.append(" errno=").append(refused.errno().orElse("-"));
                line.append(" detail=").append(quoted(refused.detail()));
            }
            case Ending.Ended(var outcome, var by, var phase) -> {
                line.append(" outcome=").append(outcome.label());
                appendBlame(line, by, phase);
            }
        }
        line.append(" up=").append(entry.bytesUp());
        line.append(" down=").append(entry.bytesDown());
        line.append(" retries=").append(entry.retries());
        appendSeconds(line.append(" duration="), Duration.ofNanos(entry.times().total()))
                .append('s');
        return line.toString();
    }

    /** In quotes where it could be taken for something else, or for more than one field. */
    private static String userText(String user) {
        return PLAIN.matcher(user).matches() ? user : printable(quoted(user));
    }

    /** Other characters as Java and JSON escape them, so that no two users look the same. */
    private static String printable(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.chars()
                .forEach(c -> {
                    if (c < ' ' || c > '~') {
                        printable.append("\\u%04x".formatted(c));
                    } else {
                        printable.append((char) c);
                    }
                });
        return printable.toString();
    }

    private static void appendBlame(StringBuilder line, Party by, Phase phase) {
        line.append(" by=").append(by.label()).append(" phase=").append(phase.label());
    }

    /** With three decimals, rounded; a formatter takes longer than all the rest of the line. */
    private static StringBuilder appendSeconds(StringBuilder line, Duration duration) {
        long millis = (duration.toNanos() + 500_000) / 1_000_000;
        String decimals = Long.toString(1_000 + millis % 1_000).substring(1);
        return line.append(millis / 1_000).append('.').append(decimals);
    }

    private static String quoted(String printable) {
        return '"' + printable.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
