package conduit.outbound.parent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import conduit.address.Destination;
import conduit.config.Credentials;
import conduit.tunnel.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;

/**
 * Asks a parent that speaks SOCKS5 for a tunnel: greeting, user and password where the parent wants
 * them, request. Each message waits for the answer to the one before, two round trips or three in
 * all: the choice of a method decides what comes next (RFC 1928, section 3), and servers like
 * microsocks throw away what arrives behind the message they are reading.
 */
final class SocksHandshake implements Handshake {

    private static final byte CONNECT = 1;

    private enum Unanswered {
        GREETING("the greeting"),
        PASSWORD("user and password"),
        REQUEST("CONNECT");

        private final String words;

        Unanswered(String words) {
            this.words = words;
        }
    }

    private final Destination destination;
    private final Optional<Credentials> credentials;
    private Unanswered unanswered = Unanswered.GREETING;

    /**
     * For one tunnel.
     *
     * @param credentials of 1 to 255 bytes of UTF-8 each, user and password
     */
    SocksHandshake(Destination destination, Optional<Credentials> credentials) {
        this.destination = destination;
        this.credentials = credentials;
    }

    /** With credentials the parent may still let us in without. */
    @Override
    public ByteBuf firstWords() {
        ByteBuf greeting = Unpooled.buffer(4).writeByte(SocksReplies.VERSION);
        return credentials.isEmpty()
                ? greeting.writeByte(1).writeByte(SocksReplies.NO_AUTHENTICATION)
                : greeting.writeByte(2)
                        .writeByte(SocksReplies.NO_AUTHENTICATION)
                        .writeByte(SocksReplies.USER_AND_PASSWORD);
    }

    @Override
    public String unanswered() {
        return unanswered.words;
    }

    @Override
    public Step read(ByteBuf in) {
        SocksReplies.Reply reply =
                switch (unanswered) {
                    case GREETING -> SocksReplies.method(in);
                    case PASSWORD -> SocksReplies.password(in);
                    case REQUEST -> SocksReplies.connection(in);
                };
        return switch (reply) {
            case SocksReplies.Reply.Incomplete() -> new Step.Wait();
            case SocksReplies.Reply.PasswordWanted() -> giveCredentials();
            case SocksReplies.Reply.Welcome() -> request();
            case SocksReplies.Reply.Connected() -> new Step.Open();
            case SocksReplies.Reply.NoMethod() -> noMethod();
            case SocksReplies.Reply.PasswordRefused() ->
                    new Step.Failed(Refusal.PARENT_CREDENTIALS_REFUSED, "refuses the credentials");
            case SocksReplies.Reply.Declined(int code) -> declined(code);
            case SocksReplies.Reply.Unusable(var why) ->
                    new Step.Failed(Refusal.PARENT_FAILED, why);
        };
    }

    /** {@code VER ULEN UNAME PLEN PASSWD} (RFC 1929, section 2). */
    private Step giveCredentials() {
        if (credentials.isEmpty()) {
            return new Step.Failed(
                    Refusal.PARENT_CREDENTIALS_REFUSED,
                    "wants user and password, and there are none");
        }
        unanswered = Unanswered.PASSWORD;
        byte[] user = credentials.get().user().getBytes(UTF_8);
        byte[] password = credentials.get().password().getBytes(UTF_8);
        return new Step.Say(
                Unpooled.buffer(3 + user.length + password.length)
                        .writeByte(SocksReplies.PASSWORD_VERSION)
                        .writeByte(user.length)
                        .writeBytes(user)
                        .writeByte(password.length)
                        .writeBytes(password));
    }

    /** {@code VER CMD RSV ATYP DST.ADDR DST.PORT}; a name stays one, for the parent to look up. */
    private Step request() {
        unanswered = Unanswered.REQUEST;
        ByteBuf request =
                Unpooled.buffer().writeByte(SocksReplies.VERSION).writeByte(CONNECT).writeByte(0);
        switch (destination) {
            case Destination.Name(var name, int _) ->
                    request.writeByte(SocksReplies.NAME)
                            .writeByte(name.length())
                            .writeBytes(name.getBytes(US_ASCII));
            case Destination.Address(var address, int _) -> {
                byte[] bytes = address.getAddress();
                request.writeByte(bytes.length == 4 ? SocksReplies.IPV4 : SocksReplies.IPV6)
                        .writeBytes(bytes);
            }
        }
        return new Step.Say(request.writeShort(destination.port()));
    }

    private Step noMethod() {
        return new Step.Failed(
                Refusal.PARENT_CREDENTIALS_REFUSED,
                credentials.isEmpty()
                        ? "takes nobody without credentials, and there are none"
                        : "takes neither user and password nor a client without");
    }

    /** What a parent's reply code means to the client, and in words. */
    private record Meaning(Refusal refusal, String words) {}

    private static Step declined(int code) {
        Meaning meaning = meaning(code);
        return new Step.Failed(meaning.refusal(), "replies " + code + ", " + meaning.words());
    }

    /** The codes of RFC 1928, section 6; those that speak of the parent itself stay with it. */
    private static Meaning meaning(int code) {
        return switch (code) {
            case 1 -> new Meaning(Refusal.PARENT_REFUSED, "general failure");
            case 2 -> new Meaning(Refusal.PARENT_REFUSED, "not allowed by its rules");
            case 3 -> new Meaning(Refusal.NETWORK_UNREACHABLE, "network unreachable");
            case 4 -> new Meaning(Refusal.HOST_UNREACHABLE, "host unreachable");
            case 5 -> new Meaning(Refusal.CONNECTION_REFUSED, "connection refused");
            // The name is about a packet's hops, but servers use it for connections.
            case 6 -> new Meaning(Refusal.CONNECT_TIMED_OUT, "TTL expired");
            case 7 -> new Meaning(Refusal.PARENT_REFUSED, "command not supported");
            case 8 -> new Meaning(Refusal.PARENT_REFUSED, "address type not supported");
            default -> new Meaning(Refusal.PARENT_REFUSED, "a code that means nothing");
        };
    }
}
