package conduit.config;

/** A user and a password, which is never shown: not in a log line, nor in a message. */
public record Credentials(String user, String password) {

    /** Without the password. */
    @Override
    public String toString() {
        return user + ":***";
    }
}
