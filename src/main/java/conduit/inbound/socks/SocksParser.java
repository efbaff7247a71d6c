package conduit.inbound.socks;

import conduit.address.Destination;
import conduit.address.IpLiteral;
import conduit.address.Parsed;
import conduit.inbound.FirstByte;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import conduit.users.Claim;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Reads the messages of a SOCKS5 client (RFC 1928, sections 3 and 4; RFC 1929, section 2). Pure:
 * bytes in, result out. A message that is not complete consumes nothing, so that the caller can try
 * again with more.
 */
final class SocksParser {

    static final byte VERSION = 5;
    static final byte NO_AUTHENTICATION = 0;
    static final byte USER_AND_PASSWORD = 2;
    static final byte NO_ACCEPTABLE_METHODS = (byte) 0xff;
    static final byte CONNECT = 1;
    static final byte IPV4 = 1;
    static final byte NAME = 3;
    static final byte IPV6 = 4;

    /** Of the negotiation about user and password, which counts its versions by itself. */
    static final byte CREDENTIALS_VERSION = 1;

    private static final byte BIND = 2;
    private static final byte UDP_ASSOCIATE = 3;

    /** What the bytes so far are. */
    sealed interface Message {
        /** The beginning of a message. */
        record Incomplete() implements Message {}

        /** A greeting that offers the method that is wanted. */
        record Greeting() implements Message {}

        /** User and password. */
        record Credentials(Claim claim) implements Message {}

        /** A request for a tunnel. */
        record Connect(Destination destination) implements Message {}

        /** Anything else. */
        record Unacceptable(Refused refused) implements Message {}
    }

    private static final Message INCOMPLETE = new Message.Incomplete();
    private static final Message GREETING = new Message.Greeting();

    private SocksParser() {}

    /**
     * Reads {@code VER NMETHODS METHODS}.
     *
     * @param wanted the method to go on with, {@link #NO_AUTHENTICATION} or {@link
     *     #USER_AND_PASSWORD}
     */
    static Message greeting(ByteBuf in, byte wanted) {
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
        return methods.indexOf(0, count, wanted) >= 0 ? GREETING : notOffered(wanted);
    }

    private static Message notOffered(byte wanted) {
        return wanted == USER_AND_PASSWORD
                ? unacceptable(
                        Refusal.AUTHENTICATION_REQUIRED,
                        "the client does not offer a user and a password")
                : unacceptable(
                        Refusal.NO_ACCEPTABLE_METHOD,
                        "the client does not offer to go on without authentication");
    }

    /** Reads {@code VER ULEN UNAME PLEN PASSWD}. Either may be empty, which is nobody's. */
    static Message credentials(ByteBuf in) {
        int start = in.readerIndex();
        if (in.isReadable() && in.getByte(start) != CREDENTIALS_VERSION) {
            return unacceptable(
                    Refusal.MALFORMED_REQUEST, "user and password are not of version 1");
        }
        if (in.readableBytes() < 2) {
            return INCOMPLETE;
        }
        int userLength = in.getUnsignedByte(start + 1);
        if (in.readableBytes() < 2 + userLength + 1) {
            return INCOMPLETE;
        }
        int passwordLength = in.getUnsignedByte(start + 2 + userLength);
        if (in.readableBytes() < 2 + userLength + 1 + passwordLength) {
            return INCOMPLETE;
        }
        in.skipBytes(2);
        byte[] user = new byte[userLength];
        in.readBytes(user).skipBytes(1);
        byte[] password = new byte[passwordLength];
        in.readBytes(password);
        return new Message.Credentials(new Claim(user, password));
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
