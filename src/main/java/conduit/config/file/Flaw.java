package conduit.config.file;

import java.util.Optional;

/** What is wrong at one place of a configuration file, in parts from which a line is made. */
public sealed interface Flaw {

    /** Where. */
    Place place();

    /**
     * The file cannot be understood as TOML.
     *
     * @param message the parser's sentence, which may repeat what stands there
     */
    record Syntax(Place place, String message) implements Flaw {}

    /**
     * A key or its value cannot be taken.
     *
     * @param given what stands there, as far as that helps
     * @param problem continues the sentence that begins with {@code given}
     */
    record Untaken(Place place, String key, Optional<String> given, String problem, String expected)
            implements Flaw {}
}
