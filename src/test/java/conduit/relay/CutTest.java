package conduit.relay;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.relay.SocketPairs.Ends;
import conduit.relay.SocketPairs.Told;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A relay that is ended by us before it has begun: what it was given is still on its way to it. */
class CutTest {

    @AutoClose private final SocketPairs pairs = new SocketPairs();

    @ParameterizedTest
    @EnumSource
    void endsAsSoonAsItHasItsSockets(PacedRelayTest.By by) throws Exception {
        try (Ends bystander = pairs.relay(by.relay(), Paces.FREE)) {
            bystander.carriesBothWays();
            int descriptors = SocketPairs.descriptors();
            Ends ends = pairs.connect();
            assertThat(cutAtOnce(by, ends)).as("told while it is being cut").isFalse();
            ends.expectEnding(Relay.Cause.CUT, Side.US);
            assertThat(ends.clientPeer().getInputStream().read()).isEqualTo(-1);
            assertThat(ends.remotePeer().getInputStream().read()).isEqualTo(-1);
            ends.close();
            SocketPairs.awaitDescriptors(descriptors);
            ends.expectToldOnce();
            bystander.carriesBothWays();
        }
    }

    /** What is kept from before is delivered, or its owner sees a reset. */
    @ParameterizedTest
    @EnumSource
    void leaksNothingOfWhatItWasGiven(PacedRelayTest.By by) throws Exception {
        Ends ends = pairs.connect();
        ByteBuf kept = Unpooled.directBuffer().writeBytes(new byte[] {1, 2, 3});
        pairs.receives(ends.client(), kept);
        cutAtOnce(by, ends);
        ends.expectEnding(Relay.Cause.CUT, Side.US);
        assertThat(kept.refCnt()).isZero();
        ends.close();
    }

    private boolean cutAtOnce(PacedRelayTest.By by, Ends ends) throws Exception {
        return pairs.onLoop(() -> {
            Relay.Transfer transfer =
                    by.relay()
                            .start(
                                    ends.client(),
                                    ends.remote(),
                                    Paces.FREE,
                                    (cause, side) -> ends.told().add(new Told(cause, side)));
            transfer.cut(Relay.Cause.CUT);
            return !ends.told().isEmpty();
        });
    }
}
