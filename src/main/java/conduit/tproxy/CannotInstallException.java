package conduit.tproxy;

/** Why rules could not be installed or taken away, in one sentence, and how things are now. */
public final class CannotInstallException extends Exception {

    private static final long serialVersionUID = 1L;

    CannotInstallException(String sentence) {
        super(sentence);
    }
}
