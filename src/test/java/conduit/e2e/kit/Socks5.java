package conduit.e2e.kit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The bytes of SOCKS5 as a client writes and reads them (RFC 1928). */
public final class Socks5 {

    public static final int NO_AUTHENTICATION = 0;
    public static final int CONNECT = 1;
    public static final int BIND = 2;
    public static final int UDP_ASSOCIATE = 3;
    public static final int IPV4 = 1;
    public static final int DOMAIN = 3;
    public static final int IPV6 = 4;

    private Socks5() {}

    /** The methods the client can do (section 3). */
    public static byte[] greeting(int... methods) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(5);
        bytes.write(methods.length);
        for (int method : methods) {
            bytes.write(method);
        }
        return bytes.toByteArray();
    }

    /** CONNECT, with the address type that fits the host. */
    public static byte[] connect(Target target) {
        return request(CONNECT, target);
    }

    /** Any command, with the address type that fits the host (section 4). */
    public static byte[] request(int command, Target target) {
        if (!target.host().matches("[0-9.]+|.*:.*")) {
            return requestByName(command, target.host(), target.port());
        }
        byte[] address = InetAddress.ofLiteral(target.host()).getAddress();
        return request(command, address.length == 4 ? IPV4 : IPV6, address, target.port());
    }

    /** A request for a domain, whatever the text is. */
    public static byte[] requestByName(int command, String name, int port) {
        ByteArrayOutputStream address = new ByteArrayOutputStream();
        address.write(name.length());
        address.writeBytes(name.getBytes(ISO_8859_1));
        return request(command, DOMAIN, address.toByteArray(), port);
    }

    /** A request of any parts. */
    public static byte[] request(int command, int addressType, byte[] address, int port) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(5);
        bytes.write(command);
        bytes.write(0);
        bytes.write(addressType);
        bytes.writeBytes(address);
        bytes.write(port >> 8);
        bytes.write(port);
        return bytes.toByteArray();
    }

    /** The proxy wants no authentication. */
    public static void expectNoAuthenticationChosen(Peer client) throws IOException {
        assertThat(client.read(2)).as("the chosen method").containsExactly(5, NO_AUTHENTICATION);
    }

    /**
     * The answer to a request (section 6).
     *
     * @param code REP
     * @param bound BND.ADDR and BND.PORT
     */
    public record Reply(int code, InetSocketAddress bound) {

        /** Reads one. */
        public static Reply read(Peer client) throws IOException {
            byte[] start = client.read(4);
            assertThat(start[0]).as("VER").isEqualTo((byte) 5);
            assertThat(start[2]).as("RSV").isEqualTo((byte) 0);
            assertThat(start[3]).as("ATYP").isIn((byte) IPV4, (byte) IPV6);
            InetAddress address = InetAddress.getByAddress(client.read(start[3] == IPV4 ? 4 : 16));
            byte[] port = client.read(2);
            return new Reply(
                    start[1],
                    new InetSocketAddress(
                            address,
                            Byte.toUnsignedInt(port[0]) << 8 | Byte.toUnsignedInt(port[1])));
        }
    }
}
