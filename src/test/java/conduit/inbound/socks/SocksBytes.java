package conduit.inbound.socks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import conduit.inbound.socks.SocksParser.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Messages as a SOCKS5 client writes them. */
final class SocksBytes {

    static final byte[] GREETING = bytes(5, 1, 0);

    private SocksBytes() {}

    /** Reads a greeting as a listener does that wants no authentication. */
    static Message greeting(ByteBuf in) {
        return SocksParser.greeting(in, SocksParser.NO_AUTHENTICATION);
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** A CONNECT to a name, whose characters are its bytes. */
    static byte[] named(String name, int port) {
        byte[] host = name.getBytes(ISO_8859_1);
        byte[] request = new byte[7 + host.length];
        request[0] = 5;
        request[1] = 1;
        request[3] = 3;
        request[4] = (byte) host.length;
        System.arraycopy(host, 0, request, 5, host.length);
        request[5 + host.length] = (byte) (port >> 8);
        request[6 + host.length] = (byte) port;
        return request;
    }

    /** The pieces one after the other, in a buffer whose reader index is not 0. */
    static ByteBuf behindJunk(byte[]... pieces) {
        ByteBuf in = Unpooled.buffer().writeLong(0x0501000105010001L);
        for (byte[] piece : pieces) {
            in.writeBytes(piece);
        }
        return in.skipBytes(Long.BYTES);
    }
}
