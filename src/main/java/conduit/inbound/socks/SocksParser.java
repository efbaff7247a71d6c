package conduit.inbound.socks;

import conduit.address.Destination;
import conduit.address.IpLiteral;
import conduit.address.Parsed;
import conduit.inbound.FirstByte;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/**
 * Reads the two messages of a SOCKS5 client (RFC 1928, sections 3 and 4). Pure: bytes in, result
 * out. A message that is not complete consumes nothing, so that the caller can try again with more.
 */
final class SocksParser {

    static final byte VERSION = 5;
    static final byte NO_AUTHENTICATION = 0;
    static final byte NO_ACCEPTABLE_METHODS = (byte) 0xff;
    static final byte CONNECT = 1;
    static final byte IPV4 = 1;
    static final byte NAME = 3;
    static final byte IPV6 = 4;

    private static final byte BIND = 2;
    private static final byte UDP_ASSOCIATE = 3;

    /** What the bytes so far are. */
    sealed interface Message {
        /** The beginning of a message. */
        record Incomplete() implements Message {}

        /** A greeting that offers to go on without authentication. */
        record Greeting() implements Message {}

        /** A request for a tunnel. */
        record Connect(Destination destination) implements Message {}

        /** Anything else. */
        record Unacceptable(Refused refused) implements Message {}
    }

    private static final Message INCOMPLETE = new Message.Incomplete();
    private static final Message GREETING = new Message.Greeting();

    private SocksParser() {}

    /** Reads {@code VER NMETHODS METHODS}. */
    static Message greeting(ByteBuf in) {
        if (!in.isReadable()) {
            return INCOMPLETE;
        }
        int start = in.readerIndex();
        byte version = in.getByte(start);
        if (version != VERSION) {
            String looks = FirstByte.looksLike(version);
            return unacceptable(Refusal.MALFORMED_REQUEST, "not SOCKS5: " + looks);
        }
        if (in.readableBytes() < 2) {
            return INCOMPLETE;
        }
        int count = in.getUnsignedByte(start + 1);
        if (in.readableBytes() < 2 + count) {
            return INCOMPLETE;
        }
        in.skipBytes(2);
        ByteBuf methods = in.readSlice(count);
        return ByteBufUtil.indexOf(methods, 0, count, NO_AUTHENTICATION) >= 0
                ? GREETING
                : unacceptable(
                        Refusal.NO_ACCEPTABLE_METHOD,
                        "the client does not offer to go on without authentication");
    }

    /** Reads {@code VER CMD RSV ATYP DST.ADDR DST.PORT}. */
    static Message request(ByteBuf in) {
        int start = in.readerIndex();
        if (in.isReadable() && in.getByte(start) != VERSION) {
            return unacceptable(Refusal.MALFORMED_REQUEST, "the request is not of version 5");
        }
        if (in.readableBytes() < 4) {
            return INCOMPLETE;
        }
        byte type = in.getByte(start + 3);
        if (type != IPV4 && type != IPV6 && type != NAME) {
            return unacceptable(Refusal.UNSUPPORTED_ADDRESS_TYPE, "address type " + (type & 0xff));
        }
        // The first byte of a name's address is its length, so one byte more tells.
        if (in.readableBytes() < 5) {
            return INCOMPLETE;
        }
        int addressLength =
                type == NAME ? 1 + in.getUnsignedByte(start + 4) : type == IPV4 ? 4 : 16;
        if (in.readableBytes() < 4 + addressLength + 2) {
            return INCOMPLETE;
        }
        byte command = in.getByte(start + 1);
        in.skipBytes(4);
        Parsed<Destination> destination = destination(type, in.readSlice(addressLength + 2));
        if (command != CONNECT) {
            return unacceptable(Refusal.UNSUPPORTED_COMMAND, commandName(command));
        }
        return switch (destination) {
            case Parsed.Valid<Destination>(Destination wanted) -> new Message.Connect(wanted);
            case Parsed.Invalid<Destination>(String why) ->
                    unacceptable(Refusal.MALFORMED_REQUEST, why);
        };
    }

    private static Parsed<Destination> destination(byte type, ByteBuf address) {
        if (type == NAME) {
            int length = address.readUnsignedByte();
            String name = address.readCharSequence(length, StandardCharsets.ISO_8859_1).toString();
            return Destination.of(name, address.readUnsignedShort());
        }
        byte[] bytes = new byte[type == IPV4 ? 4 : 16];
        address.readBytes(bytes);
        return Destination.of(IpLiteral.ofBytes(bytes), address.readUnsignedShort());
    }

    private static String commandName(byte command) {
        return switch (command) {
            case BIND -> "BIND";
            case UDP_ASSOCIATE -> "UDP ASSOCIATE";
            default -> "command " + (command & 0xff);
        };
    }

    private static Message unacceptable(Refusal refusal, String detail) {
        return new Message.Unacceptable(Refused.of(refusal, detail));
    }
}
