package conduit.inbound.http;

import conduit.tunnel.Account;
import conduit.tunnel.Ending;
import conduit.tunnel.Outcome;
import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What conduit answers itself to a TRACE or OPTIONS that nobody may pass on any more. The
 * connection ends behind it, since a body may be on its way that nobody reads. On the client's
 * event loop.
 */
final class LastHop {

    /** RFC 9110, section 9.3.8: what is not to be shown to whoever reads the answer. */
    private static final Set<String> SECRET =
            Set.of("authorization", "proxy-authorization", "cookie", "cookie2");

    /** As the names of fields end in which keys of services and the like are sent. */
    private static final List<String> SECRET_ENDINGS = List.of("-key", "-token", "-secret");

    /** Every other method goes through too; these are the ones that the RFCs know. */
    private static final String METHODS =
            "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS, TRACE, CONNECT";

    private LastHop() {}

    /** Answers, and closes the account when the kernel has it all. */
    static ChannelFuture answer(Channel client, HttpRequest request, Account account) {
        FullHttpResponse answer =
                request.method().equals(HttpMethod.TRACE) ? trace(request) : options();
        int length = answer.content().readableBytes();
        return client.writeAndFlush(answer)
                .addListener((ChannelFuture write) -> close(account, write, length));
    }

    private static void close(Account account, ChannelFuture write, int length) {
        if (write.isSuccess()) {
            account.close(
                    new Ending.Ended(Outcome.COMPLETED, Party.US, Phase.NEGOTIATION), 0, length);
        } else {
            account.close(
                    new Ending.Ended(Outcome.CLIENT_LEFT, Party.CLIENT, Phase.NEGOTIATION), 0, 0);
        }
    }

    private static FullHttpResponse trace(HttpRequest request) {
        StringBuilder seen = new StringBuilder();
        seen.append(request.method()).append(' ').append(request.uri());
        seen.append(' ').append(request.protocolVersion()).append("\r\n");
        request.headers()
                .forEach(field -> {
                    if (!isSecret(field.getKey().toLowerCase(Locale.ROOT))) {
                        seen.append(field.getKey())
                                .append(": ")
                                .append(field.getValue())
                                .append("\r\n");
                    }
                });
        seen.append("\r\n");
        FullHttpResponse answer = closing(Unpooled.copiedBuffer(seen, StandardCharsets.ISO_8859_1));
        answer.headers().set(HttpHeaderNames.CONTENT_TYPE, "message/http");
        return answer;
    }

    private static boolean isSecret(String name) {
        return SECRET.contains(name) || SECRET_ENDINGS.stream().anyMatch(name::endsWith);
    }

    private static FullHttpResponse options() {
        FullHttpResponse answer = closing(Unpooled.EMPTY_BUFFER);
        answer.headers().set(HttpHeaderNames.ALLOW, METHODS);
        return answer;
    }

    private static FullHttpResponse closing(ByteBuf body) {
        FullHttpResponse answer =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
        answer.headers()
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return answer;
    }
}
