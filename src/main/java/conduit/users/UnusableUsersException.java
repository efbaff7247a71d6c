package conduit.users;

/** A file of users cannot be used; the message says which, where in it and why. */
public final class UnusableUsersException extends Exception {

    private static final long serialVersionUID = 1;

    UnusableUsersException(String message) {
        super(message);
    }
}
