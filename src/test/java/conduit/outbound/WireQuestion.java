package conduit.outbound;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import conduit.outbound.FakeNameServer.Reply;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A question as it came over the wire, and how replies to it are written (RFC 1035, section 4).
 *
 * @param section the question section as it came, in ISO 8859-1
 * @param name in lower case, with a dot at the end
 * @param port the asker's
 */
public record WireQuestion(
        int id, String section, String name, int type, Carrier carrier, int port) {

    /** How it came. */
    public enum Carrier {
        UDP,
        TCP
    }

    public static final int A = 1;
    public static final int AAAA = 28;

    private static final int HEADER = 12;
    private static final int CNAME = 5;
    private static final int START_OF_AUTHORITY = 6;
    private static final int INTERNET = 1;
    private static final int RESPONSE_FOR_A_RESOLVER = 0x8180;
    private static final int TRUNCATED = 0x0200;

    static WireQuestion parse(byte[] message, Carrier carrier, int port) {
        ByteBuffer bytes = ByteBuffer.wrap(message);
        int id = Short.toUnsignedInt(bytes.getShort());
        bytes.position(HEADER);
        StringBuilder name = new StringBuilder();
        for (int length = bytes.get(); length > 0; length = bytes.get()) {
            byte[] label = new byte[length];
            bytes.get(label);
            name.append(new String(label, ISO_8859_1)).append('.');
        }
        int type = bytes.getShort();
        byte[] section = new byte[bytes.position() + Short.BYTES - HEADER];
        bytes.get(HEADER, section);
        String text = new String(section, ISO_8859_1);
        return new WireQuestion(id, text, name.toString(), type, carrier, port);
    }

    /** The bytes of each response; waits for a reply that is held. */
    List<byte[]> answers(Reply reply) {
        return switch (reply) {
            case Reply.Addresses(List<InetAddress> addresses, long ttl) ->
                    List.of(chain(List.of(), addresses, ttl));
            case Reply.Chain(List<String> aliases, Reply.Addresses(var addresses, long ttl)) ->
                    List.of(chain(aliases, addresses, ttl));
            case Reply.Alias(String target) -> List.of(chain(List.of(target), List.of(), 60));
            case Reply.Code(int code) -> List.of(response(code, 0, 0, new byte[0]));
            case Reply.Silence() -> List.of();
            case Reply.Held(var until, Reply then) -> {
                until.join();
                yield answers(then);
            }
            case Reply.ByFamily(Reply four, Reply six) -> answers(type == AAAA ? six : four);
            case Reply.Truncated(Reply overTcp) ->
                    switch (carrier) {
                        case UDP -> List.of(response(TRUNCATED, 0, 0, new byte[0]));
                        case TCP -> answers(overTcp);
                    };
            case Reply.Altered(Reply original, var how) ->
                    answers(original).stream().map(bytes -> altered(bytes, how)).toList();
            case Reply.Both(Reply first, Reply second) ->
                    Stream.of(first, second).flatMap(one -> answers(one).stream()).toList();
        };
    }

    private static byte[] altered(byte[] bytes, UnaryOperator<String> how) {
        return how.apply(new String(bytes, ISO_8859_1)).getBytes(ISO_8859_1);
    }

    private byte[] chain(List<String> aliases, List<InetAddress> addresses, long ttl) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        byte[] owner = labels(name);
        for (String alias : aliases) {
            records.writeBytes(record(owner, CNAME, ttl, labels(alias)));
            owner = labels(alias);
        }
        int length = type == A ? 4 : 16;
        int count = aliases.size();
        for (InetAddress address : addresses) {
            byte[] content = address.getAddress();
            if (content.length == length) {
                records.writeBytes(record(owner, type, ttl, content));
                count++;
            }
        }
        if (!aliases.isEmpty() && !addresses.isEmpty() && count == aliases.size()) {
            // The chain ends at a name that has no address of this family (RFC 2308, section 2.2).
            records.writeBytes(record(labels("test."), START_OF_AUTHORITY, ttl, new byte[22]));
            return response(0, count, 1, records.toByteArray());
        }
        return response(0, count, 0, records.toByteArray());
    }

    private byte[] response(int flags, int answers, int authorities, byte[] records) {
        return ByteBuffer.allocate(HEADER + section.length() + records.length)
                .putShort((short) id)
                .putShort((short) (RESPONSE_FOR_A_RESOLVER | flags))
                .putShort((short) 1)
                .putShort((short) answers)
                .putShort((short) authorities)
                .putShort((short) 0)
                .put(section.getBytes(ISO_8859_1))
                .put(records)
                .array();
    }

    private static byte[] record(byte[] owner, int type, long ttl, byte[] content) {
        return ByteBuffer.allocate(owner.length + 10 + content.length)
                .put(owner)
                .putShort((short) type)
                .putShort((short) INTERNET)
                .putInt((int) ttl)
                .putShort((short) content.length)
                .put(content)
                .array();
    }

    /** A name with a dot at its end, which becomes the empty label of the root. */
    private static byte[] labels(String name) {
        ByteArrayOutputStream labels = new ByteArrayOutputStream();
        for (String label : name.split("\\.", -1)) {
            labels.write(label.length());
            labels.writeBytes(label.getBytes(ISO_8859_1));
        }
        return labels.toByteArray();
    }
}
