package conduit.outbound.parent;

import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import io.netty.buffer.ByteBuf;

/**
 * What is said to a parent until it has opened a tunnel, and what its answers mean. Pure: bytes in,
 * the next step out. One instance negotiates one tunnel.
 */
sealed interface Handshake permits HttpHandshake, SocksHandshake {

    /** What to do next. */
    sealed interface Step {
        /** The answer is not complete: read on. */
        record Wait() implements Step {}

        /** Answer with these words. */
        record Say(ByteBuf words) implements Step {}

        /** The tunnel is open; what is left of the bytes belongs to it. */
        record Open() implements Step {}

        /** It will not be. The detail goes on after the parent's name: {@code says 403 ...}. */
        record Failed(Refused refused) implements Step {
            /** As most failures are: the parent's doing, in the handshake. */
            Failed(Refusal refusal, String detail) {
                this(Refused.of(refusal, detail).by(Party.PARENT).in(Phase.HANDSHAKE));
            }
        }
    }

    /** What to say first. */
    ByteBuf firstWords();

    /** What the parent is to answer next, for a person: {@code the greeting}. */
    String unanswered();

    /** Reads the parent's next answer, which is consumed only when it is complete. */
    Step read(ByteBuf in);
}
