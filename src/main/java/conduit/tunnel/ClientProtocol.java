package conduit.tunnel;

import conduit.config.Inbound;
import io.netty.channel.ChannelFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** How one client is told yes and no in its own protocol. Called on the client's event loop. */
public interface ClientProtocol {

    /** What the client spoke. */
    Inbound inbound();

    /** Who the client has proved to be, if anybody. */
    default Optional<String> user() {
        return Optional.empty();
    }

    /** What is remembered of its request, if that was one of HTTP. */
    default Optional<Headline> headline() {
        return Optional.empty();
    }

    /** The value of the Via field, should the request be passed on in HTTP, and if there is one. */
    Optional<String> via();

    /** The address of its own that the destination is to see in place of ours, if it is. */
    default Optional<InetAddress> seenAs() {
        return Optional.empty();
    }

    /**
     * Says yes.
     *
     * @param bound our own address on the connection to the remote
     * @return done when the answer has been handed to the kernel, or could not be
     */
    ChannelFuture accept(InetSocketAddress bound);

    /** Says no, in full, and then closes the client's connection. */
    void refuse(Refused refused);
}
