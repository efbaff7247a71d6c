package conduit.inbound.http.decode;

import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;

/**
 * What is wrong with a message. It comes out of a decoder in place of what could not be decoded,
 * and nothing comes behind it.
 *
 * @param detail for a person, without the name of who sent it: {@code more than one Host}
 */
public record Flaw(Kind kind, String detail) {

    enum Kind {
        MALFORMED,
        START_LINE_TOO_LONG,
        FIELDS_TOO_LARGE,
        UNKNOWN_VERSION,
        UNKNOWN_CODING
    }

    /** The refusal of a request that has it. */
    public Refused asRefusal() {
        Refusal refusal =
                switch (kind) {
                    case MALFORMED -> Refusal.MALFORMED_REQUEST;
                    case START_LINE_TOO_LONG -> Refusal.REQUEST_LINE_TOO_LONG;
                    case FIELDS_TOO_LARGE -> Refusal.HEADER_TOO_LARGE;
                    case UNKNOWN_VERSION -> Refusal.UNSUPPORTED_VERSION;
                    case UNKNOWN_CODING -> Refusal.UNSUPPORTED_CODING;
                };
        return Refused.of(refusal, detail);
    }
}
