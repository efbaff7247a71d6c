package conduit.inbound;

import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;

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
