package conduit.observe.log;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Who is told of what went wrong with lines. Called by the thread that writes them, or by the one
 * that gives their output up.
 */
interface Failures {

    /** How long to wait after one was told of lost lines until being told of more. */
    Duration pause();

    /**
     * Lines were lost, and lines are written again.
     *
     * @return a line to be written in their place, if that is the place for it
     */
    Optional<Line> lost(long lines);

    /** Nothing can be written there; told each time that it was tried. */
    void cannotWrite(String where, IOException why);

    /** It goes on with what it had. */
    void cannotReopen(String where, IOException why);
}
