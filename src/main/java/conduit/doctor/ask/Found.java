package conduit.doctor.ask;

import java.util.Optional;
import java.util.function.Function;

/** What was looked for: seen, or why it could not be looked at. */
public sealed interface Found<T> {

    /** It could be looked at. */
    record Seen<T>(T value) implements Found<T> {}

    /**
     * It could not be looked at.
     *
     * @param why a clause without a full stop
     */
    record Unseen<T>(String why) implements Found<T> {}

    /** What was seen, if anything. */
    default Optional<T> seen() {
        return switch (this) {
            case Seen<T>(T value) -> Optional.of(value);
            case Unseen<T>(var _) -> Optional.empty();
        };
    }

    /** The same of what follows from it. */
    default <R> Found<R> map(Function<T, R> to) {
        return switch (this) {
            case Seen<T>(T value) -> new Seen<>(to.apply(value));
            case Unseen<T>(String why) -> new Unseen<>(why);
        };
    }
}
