package conduit.doctor.canary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What was changed is changed back, whenever the end comes. */
class UndoTest {

    private final List<String> log = new ArrayList<>();

    private Optional<String> take(Undo undo, String name) {
        return undo.take(
                () -> {
                    log.add("do " + name);
                    return Optional.empty();
                },
                () -> log.add("undo " + name));
    }

    @Test
    void takesStepsBackInTheReverseOrderAndOnce() {
        Undo undo = new Undo();
        assertThat(take(undo, "a")).isEmpty();
        assertThat(take(undo, "b")).isEmpty();
        undo.close();
        undo.close();
        assertThat(log).containsExactly("do a", "do b", "undo b", "undo a");
    }

    @Test
    void takesNoStepBehindTheEnd() {
        Undo undo = new Undo();
        undo.close();
        assertThat(take(undo, "late")).contains("we were told to stop");
        assertThat(log).isEmpty();
    }
}
