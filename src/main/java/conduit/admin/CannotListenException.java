package conduit.admin;

/** The admin listener's address cannot be had. */
public final class CannotListenException extends Exception {

    private static final long serialVersionUID = 1;

    CannotListenException(String address, String why) {
        super("cannot listen on " + address + " (--admin-listen): " + why);
    }
}
