package conduit.inbound.http.forward;

import conduit.config.HttpLimits;
import conduit.relay.Allowance;
import conduit.tunnel.Account;
import conduit.tunnel.Refused;
import io.netty.channel.ChannelFuture;
import java.time.Duration;
import java.util.Optional;

/** The client's connection as its exchange sees it. On the client's event loop. */
public interface ClientConnection {

    /** Decodes on: the exchange wants the body that may wait in the decoder. */
    void decodeMore();

    /** How long a connection may be idle between requests. */
    Duration longestIdle();

    /** How long the next hop may be silent when it has a whole request. */
    Optional<Duration> longestSilence();

    /** How much of a response's head is read. */
    HttpLimits limits();

    /** How fast bodies of responses may come. */
    Allowance responsePace();

    /** Whether the connection may wait for another request behind this one. */
    boolean goesOn();

    /** The exchange is over and its response delivered: the next request may come. */
    void awaitNext();

    /** Answers with a refusal and closes. */
    void answerAndLeave(Refused refused);

    /** Closes once this has been written and read; what the client still sends is thrown away. */
    void leaveAfter(ChannelFuture lastWrite);

    /** The exchange has become a tunnel, of which the client is being told. */
    void becomeTunnel(OriginConnection origin, ChannelFuture told, Account account);
}
