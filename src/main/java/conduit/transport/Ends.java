package conduit.transport;

import io.netty.channel.ChannelException;
import io.netty.channel.unix.Socket;
import java.net.InetSocketAddress;

/** By which a TCP connection is known: there are no two with the same at the same time. */
record Ends(InetSocketAddress from, InetSocketAddress to) {

    /** Whether this descriptor is a socket between them, whatever it was once or will be. */
    boolean areThoseOf(int descriptor) {
        try {
            Socket socket = new Socket(descriptor);
            return from.equals(socket.localAddress()) && to.equals(socket.remoteAddress());
        } catch (ChannelException e) {
            // It is closed, or not a socket any longer.
            return false;
        }
    }
}
