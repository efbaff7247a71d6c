package conduit.e2e.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import conduit.e2e.clients.Site.Visit;
import conduit.e2e.kit.Peer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** A page that speaks WebSocket (RFC 6455): each frame comes back, unmasked, until one closes. */
final class WebSocketEcho implements Site.Page {

    /** RFC 6455 section 1.3. */
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final int CLOSE = 8;

    @Override
    public void answer(Visit visit) throws IOException {
        Peer peer = visit.peer();
        String key = visit.request().values("Sec-WebSocket-Key").getFirst();
        peer.write(
                "HTTP/1.1 101 Switching Protocols\r\n"
                        + "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: %s\r\n\r\n".formatted(accepting(key)));
        int opcode;
        do {
            opcode = sendBackAFrame(peer);
        } while (opcode != CLOSE);
        peer.finish();
        peer.readToClose();
    }

    private static String accepting(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-1", e);
        }
    }

    /** A client's frames are masked, a server's are not (section 5.1). */
    private static int sendBackAFrame(Peer peer) throws IOException {
        byte[] start = peer.read(2);
        int shortLength = start[1] & 0x7f;
        byte[] longLength = peer.read(shortLength == 127 ? 8 : shortLength == 126 ? 2 : 0);
        int length =
                switch (longLength.length) {
                    case 0 -> shortLength;
                    case 2 -> Short.toUnsignedInt(ByteBuffer.wrap(longLength).getShort());
                    default -> Math.toIntExact(ByteBuffer.wrap(longLength).getLong());
                };
        byte[] mask = peer.read(4);
        byte[] payload = peer.read(length);
        for (int i = 0; i < length; i++) {
            payload[i] ^= mask[i % 4];
        }
        peer.write(new byte[] {start[0], (byte) shortLength}, longLength, payload);
        return start[0] & 0x0f;
    }
}
