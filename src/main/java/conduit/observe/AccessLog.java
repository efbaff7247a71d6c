package conduit.observe;

import conduit.observe.log.LineWriter;
import conduit.tunnel.Ending;
import conduit.tunnel.Journal;
import conduit.tunnel.Refusal;
import java.util.Optional;

/**
 * Writes one line per tunnel or exchange. Called on event loops, which only leave the entry in a
 * queue; the line is made by the thread that writes it.
 */
public final class AccessLog implements Journal {

    private final LoopAlarm loopAlarm = new LoopAlarm();
    private final Repeats repeats = new Repeats();
    private volatile Optional<LineWriter> writer;

    /** To be written there, if anywhere. */
    AccessLog(Optional<LineWriter> writer) {
        this.writer = writer;
    }

    /** From the next entry on. */
    void writeTo(Optional<LineWriter> next) {
        writer = next;
    }

    @Override
    public void write(Entry entry) {
        if (entry.ending() instanceof Ending.TurnedAway(var refused)
                && refused.refusal() == Refusal.WOULD_LOOP) {
            loopAlarm.heard(entry, refused);
        }
        Optional<LineWriter> target = writer;
        if (target.isPresent() && repeats.mayBeWritten(entry)) {
            target.get().offer(form -> AccessFields.write(entry, form));
        }
    }

    /** Tells of lines that were not written for their number; to be called once a minute. */
    public void tellOfRepeats() {
        repeats.tell();
    }
}
