package conduit.address;

/**
 * What a parser made of its input: a value, or one sentence fragment that says what is wrong with
 * it ("the port is missing"). The fragment never repeats the input; who reports it does.
 */
public sealed interface Parsed<T> {

    /** The input was well formed and means {@code value}. */
    record Valid<T>(T value) implements Parsed<T> {}

    /** The input was not well formed; {@code why} is a fragment without a full stop. */
    record Invalid<T>(String why) implements Parsed<T> {}

    /** A well-formed result. */
    static <T> Parsed<T> valid(T value) {
        return new Valid<>(value);
    }

    /** A malformed one. */
    static <T> Parsed<T> invalid(String why) {
        return new Invalid<>(why);
    }
}
