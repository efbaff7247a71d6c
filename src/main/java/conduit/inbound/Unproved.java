package conduit.inbound;

import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import conduit.users.Authenticator;
import java.util.Optional;

/**
 * Why a client is not known to be who it says, in the same words for every protocol. Never names
 * the user: some type their password there.
 */
public final class Unproved {

    private Unproved() {}

    /** It has to say who it is. */
    public static Refused required(String detail) {
        return Refused.of(Refusal.AUTHENTICATION_REQUIRED, detail);
    }

    /**
     * Why nobody is served any more whom another configuration has let in a moment ago.
     *
     * @param user who the client has proved to be then, if anybody
     * @param now who knows the users now; everybody is served without
     */
    public static Optional<Refused> since(Optional<String> user, Optional<Authenticator> now) {
        if (now.isEmpty() || user.filter(now.get()::knows).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                user.isEmpty() ? required("there are users since a moment ago") : wrong());
    }

    /** Whether the user or the password is at fault is not for the client to know. */
    public static Refused wrong() {
        return Refused.of(
                Refusal.WRONG_CREDENTIALS, "there is no such user, or it is not the password");
    }

    /** What says who it is cannot be read. */
    public static Refused unreadable(String detail) {
        return Refused.of(Refusal.WRONG_CREDENTIALS, detail);
    }

    /** Nobody has looked. */
    public static Refused tooBusy() {
        return Refused.of(
                Refusal.TOO_BUSY_TO_AUTHENTICATE, "too many passwords are waiting to be verified");
    }

    /** Nobody has looked within the negotiation timeout. */
    public static Refused tooLate() {
        return Refused.of(
                Refusal.TOO_BUSY_TO_AUTHENTICATE, "the password was not verified in time");
    }
}
