package conduit.outbound;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A name server on loopback that answers as told (RFC 1035, section 4). */
final class FakeNameServer implements AutoCloseable {

    /** What a name is answered with. */
    sealed interface Reply {
        /** These addresses, each to questions for its family. */
        record Addresses(List<InetAddress> addresses) implements Reply {
            static Addresses of(String... literals) {
                return new Addresses(Arrays.stream(literals).map(InetAddress::ofLiteral).toList());
            }
        }

        /** An error: 2 is SERVFAIL, 3 is NXDOMAIN. */
        record Code(int code) implements Reply {}

        /** Nothing. */
        record Silence() implements Reply {}
    }

    private static final int TYPE_A = 1;
    private static final int TYPE_AAAA = 28;

    private final DatagramSocket socket;
    private final Map<String, Reply> replies;
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

    FakeNameServer(Map<String, Reply> replies) throws IOException {
        this.replies = replies;
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        Thread.ofVirtual().start(this::serve);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** The names asked for, in order. */
    BlockingQueue<String> asked() {
        return asked;
    }

    private void serve() {
        try {
            while (!socket.isClosed()) {
                DatagramPacket question = new DatagramPacket(new byte[1500], 1500);
                socket.receive(question);
                answer(question);
            }
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void answer(DatagramPacket packet) throws IOException {
        ByteBuffer question = ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
        short id = question.getShort();
        question.position(12);
        StringBuilder name = new StringBuilder();
        for (int length = question.get(); length > 0; length = question.get()) {
            byte[] label = new byte[length];
            question.get(label);
            name.append(new String(label, StandardCharsets.US_ASCII)).append('.');
        }
        int type = question.getShort();
        int questionEnd = question.position() + 2;
        asked.add(name.toString());
        Reply reply = replies.getOrDefault(name.toString(), new Reply.Code(3));
        if (reply instanceof Reply.Silence) {
            return;
        }
        ByteBuffer answer = ByteBuffer.allocate(1500);
        List<byte[]> records = records(reply, type);
        int code = reply instanceof Reply.Code(int error) ? error : 0;
        answer.putShort(id).putShort((short) (0x8180 | code));
        answer.putShort((short) 1).putShort((short) records.size()).putInt(0);
        answer.put(packet.getData(), 12, questionEnd - 12);
        for (byte[] address : records) {
            answer.putShort((short) 0xc00c).putShort((short) type).putShort((short) 1);
            answer.putInt(60).putShort((short) address.length).put(address);
        }
        socket.send(
                new DatagramPacket(answer.array(), answer.position(), packet.getSocketAddress()));
    }

    private static List<byte[]> records(Reply reply, int type) {
        if (!(reply instanceof Reply.Addresses(List<InetAddress> addresses))) {
            return List.of();
        }
        int length = type == TYPE_A ? 4 : type == TYPE_AAAA ? 16 : -1;
        return addresses.stream()
                .map(InetAddress::getAddress)
                .filter(address -> address.length == length)
                .toList();
    }

    @Override
    public void close() {
        socket.close();
    }
}
