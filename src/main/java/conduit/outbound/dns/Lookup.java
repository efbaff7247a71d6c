package conduit.outbound.dns;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One name looked up: the complete names that it may stand for are asked for, one after the other,
 * until one has addresses (resolv.conf(5), {@code search}). Tells exactly one answer, unless it is
 * abandoned first. Lives on its event loop.
 */
final class Lookup {

    private final Route route;
    private final Queue<String> candidates;
    private final Consumer<Answer> told;

    private Answer worst = new Answer.NotFound();
    private @Nullable BothFamilies asking;

    /**
     * A lookup that has not begun.
     *
     * @param candidates complete names, at least one, in the order in which to try them
     */
    Lookup(Route route, List<String> candidates, Consumer<Answer> told) {
        this.route = route;
        this.candidates = new ArrayDeque<>(candidates);
        this.told = told;
    }

    void begin() {
        asking = new BothFamilies(route, candidates.remove(), this::answered);
        asking.ask();
    }

    private void answered(Answer answer) {
        if (answer instanceof Answer.Failed) {
            worst = answer;
        }
        switch (answer) {
            case Answer.Found(var _, var _) -> told.accept(answer);
            // As in glibc: a domain whose servers fail does not hide those behind it, but time that
            // has run out, or descriptors, will not be there for the next one either.
            case Answer.Failed(var why) when why != Answer.Why.SERVERS_FAILED ->
                    told.accept(answer);
            case Answer.Failed(var _), Answer.NotFound() -> tryNext();
        }
    }

    private void tryNext() {
        if (candidates.isEmpty()) {
            told.accept(worst);
        } else {
            begin();
        }
    }

    void abandon() {
        if (asking != null) {
            asking.abandon();
        }
    }
}
