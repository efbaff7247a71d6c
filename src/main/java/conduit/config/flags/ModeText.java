package conduit.config.flags;

import conduit.address.Parsed;

/** Reads the modes that flags take, as the help writes them: in lower case. */
final class ModeText {

    private ModeText() {}

    /** The one of these modes that the text names. */
    static <M extends Enum<M>> Parsed<M> parse(M[] modes, String text) {
        for (M mode : modes) {
            if (mode.toString().equals(text)) {
                return Parsed.valid(mode);
            }
        }
        return Parsed.invalid("there is no such mode");
    }
}
