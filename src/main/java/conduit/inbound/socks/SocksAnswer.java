package conduit.inbound.socks;

import conduit.config.Inbound;
import conduit.transport.LingeringClose;
import conduit.tunnel.ClientProtocol;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import conduit.tunnel.Via;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Answers a SOCKS5 request (RFC 1928, section 6). */
final class SocksAnswer implements ClientProtocol {

    private static final int SUCCEEDED = 0;
    private static final int ANY_IPV4_LENGTH = 4 + 2;

    private final Channel client;
    private final Via via;
    private final Optional<String> user;

    SocksAnswer(Channel client, Via via, Optional<String> user) {
        this.client = client;
        this.via = via;
        this.user = user;
    }

    @Override
    public Inbound inbound() {
        return Inbound.SOCKS5;
    }

    @Override
    public Optional<String> user() {
        return user;
    }

    @Override
    public Optional<String> via() {
        return via.alone();
    }

    @Override
    public ChannelFuture accept(InetSocketAddress bound) {
        byte[] address = bound.getAddress().getAddress();
        byte type =
                bound.getAddress() instanceof Inet4Address ? SocksParser.IPV4 : SocksParser.IPV6;
        ByteBuf reply = head(SUCCEEDED, type, address.length + 2);
        return client.writeAndFlush(reply.writeBytes(address).writeShort(bound.getPort()));
    }

    /** The reply with the code for the refusal and, as there is no bound address, 0.0.0.0:0. */
    @Override
    public void refuse(Refused refused) {
        ByteBuf reply = head(replyCode(refused.refusal()), SocksParser.IPV4, ANY_IPV4_LENGTH);
        LingeringClose.after(client.writeAndFlush(reply.writeZero(ANY_IPV4_LENGTH)));
    }

    private ByteBuf head(int code, byte addressType, int more) {
        return client.alloc()
                .buffer(4 + more)
                .writeByte(SocksParser.VERSION)
                .writeByte(code)
                .writeByte(0)
                .writeByte(addressType);
    }

    /**
     * The REP field. A connection that timed out answers 4, host unreachable, as gost does: 6, TTL
     * expired, is about a packet's hops.
     */
    static int replyCode(Refusal refusal) {
        return switch (refusal) {
            case CONNECTION_REFUSED -> 5;
            case WOULD_LOOP, DENIED_BY_RULE, GUARDED_ADDRESS -> 2;
            case NETWORK_UNREACHABLE -> 3;
            case HOST_UNREACHABLE,
                    CONNECT_TIMED_OUT,
                    NAME_NOT_FOUND,
                    NAME_LOOKUP_FAILED,
                    NAME_LOOKUP_TIMED_OUT ->
                    4;
            case UNSUPPORTED_COMMAND -> 7;
            case UNSUPPORTED_ADDRESS_TYPE -> 8;
            case MALFORMED_REQUEST,
                    REQUEST_LINE_TOO_LONG,
                    HEADER_TOO_LARGE,
                    UNSUPPORTED_VERSION,
                    UNSUPPORTED_CODING,
                    UNSUPPORTED_SCHEME,
                    NO_ACCEPTABLE_METHOD,
                    AUTHENTICATION_REQUIRED,
                    WRONG_CREDENTIALS,
                    TOO_BUSY_TO_AUTHENTICATE,
                    NOT_REDIRECTED,
                    NEGOTIATION_TIMED_OUT,
                    CLIENT_CONNECTION_LIMIT,
                    CLIENT_RATE_LIMIT,
                    USER_CONNECTION_LIMIT,
                    CONNECT_FAILED,
                    OUT_OF_DESCRIPTORS,
                    PARENT_CREDENTIALS_REFUSED,
                    PARENT_REFUSED,
                    PARENT_FAILED,
                    PARENT_TIMED_OUT,
                    UNTRUSTED_CERTIFICATE,
                    TLS_FAILED,
                    TLS_TIMED_OUT,
                    ORIGIN_FAILED,
                    RESPONSE_TIMED_OUT ->
                    1;
        };
    }
}
