package conduit.outbound.parent;

import io.netty.buffer.ByteBuf;
import java.util.Locale;

/**
 * Reads the three messages of a SOCKS5 server: its choice of a method and its reply to a request
 * (RFC 1928, sections 3 and 6), and what it thinks of a user and password (RFC 1929, section 2).
 * Pure: bytes in, result out. A message that is not complete consumes nothing, so that the caller
 * can try again with more.
 */
final class SocksReplies {

    static final byte VERSION = 5;
    static final byte NO_AUTHENTICATION = 0;
    static final byte USER_AND_PASSWORD = 2;
    static final byte IPV4 = 1;
    static final byte NAME = 3;
    static final byte IPV6 = 4;

    /** Of the subnegotiation, RFC 1929. */
    static final byte PASSWORD_VERSION = 1;

    private static final byte NO_ACCEPTABLE_METHODS = (byte) 0xff;
    private static final byte SUCCEEDED = 0;

    /** What the bytes so far are. */
    sealed interface Reply {
        /** The beginning of a message. */
        record Incomplete() implements Reply {}

        /** The server takes a request now. */
        record Welcome() implements Reply {}

        /** The server wants user and password first. */
        record PasswordWanted() implements Reply {}

        /** The server takes none of the methods that it was offered. */
        record NoMethod() implements Reply {}

        /** The server does not accept user and password. */
        record PasswordRefused() implements Reply {}

        /** The tunnel is open. */
        record Connected() implements Reply {}

        /** The tunnel is not open; {@code code} is the REP field, 1 to 255. */
        record Declined(int code) implements Reply {}

        /** Not a message to make sense of; {@code why} goes on after the server's name. */
        record Unusable(String why) implements Reply {}
    }

    private static final Reply INCOMPLETE = new Reply.Incomplete();
    private static final Reply WELCOME = new Reply.Welcome();
    private static final Reply CONNECTED = new Reply.Connected();

    private SocksReplies() {}

    /** Reads {@code VER METHOD}. */
    static Reply method(ByteBuf in) {
        int start = in.readerIndex();
        if (in.isReadable() && in.getByte(start) != VERSION) {
            return notSocks(in.getByte(start));
        }
        if (in.readableBytes() < 2) {
            return INCOMPLETE;
        }
        in.skipBytes(1);
        byte method = in.readByte();
        return switch (method) {
            case NO_AUTHENTICATION -> WELCOME;
            case USER_AND_PASSWORD -> new Reply.PasswordWanted();
            case NO_ACCEPTABLE_METHODS -> new Reply.NoMethod();
            default -> unusable("chooses method " + (method & 0xff) + ", which it was not offered");
        };
    }

    /** Reads {@code VER STATUS}. */
    static Reply password(ByteBuf in) {
        int start = in.readerIndex();
        if (in.isReadable() && in.getByte(start) != PASSWORD_VERSION) {
            return unusable("answers user and password in a version other than 1");
        }
        if (in.readableBytes() < 2) {
            return INCOMPLETE;
        }
        in.skipBytes(1);
        return in.readByte() == SUCCEEDED ? WELCOME : new Reply.PasswordRefused();
    }

    /**
     * Reads {@code VER REP RSV ATYP BND.ADDR BND.PORT}. The bound address says nothing that we
     * need, but the tunnel begins behind it. A refusal is complete with its second byte: some
     * servers send no more.
     */
    static Reply connection(ByteBuf in) {
        int start = in.readerIndex();
        if (in.isReadable() && in.getByte(start) != VERSION) {
            return notSocks(in.getByte(start));
        }
        if (in.readableBytes() < 2) {
            return INCOMPLETE;
        }
        int code = in.getUnsignedByte(start + 1);
        if (code != SUCCEEDED) {
            in.skipBytes(2);
            return new Reply.Declined(code);
        }
        if (in.readableBytes() < 4) {
            return INCOMPLETE;
        }
        byte type = in.getByte(start + 3);
        if (type != IPV4 && type != IPV6 && type != NAME) {
            return unusable("replies with an address of type " + (type & 0xff));
        }
        // The first byte of a name's address is its length, so one byte more tells.
        if (in.readableBytes() < 5) {
            return INCOMPLETE;
        }
        int addressLength =
                type == NAME ? 1 + in.getUnsignedByte(start + 4) : type == IPV4 ? 4 : 16;
        int length = 4 + addressLength + 2;
        if (in.readableBytes() < length) {
            return INCOMPLETE;
        }
        in.skipBytes(length);
        return CONNECTED;
    }

    private static Reply notSocks(byte first) {
        String hint = String.format(Locale.ROOT, "its answer begins with 0x%02x", first);
        return unusable("does not speak SOCKS5: " + hint);
    }

    private static Reply unusable(String why) {
        return new Reply.Unusable(why);
    }
}
