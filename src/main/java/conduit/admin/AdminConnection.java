package conduit.admin;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the admin listener: a request, its answer, the next request, each within a time
 * that a byte now and then does not extend. Lives on the admin thread.
 */
final class AdminConnection extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(AdminConnection.class);

    /** From accept, or the last answer, until a request is there. */
    private static final Duration REQUEST_WITHIN = Duration.ofSeconds(30);

    /** From the request until the kernel has taken all of its answer. */
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    private final Routes routes;
    private @Nullable Future<?> deadline;
    private boolean answering;

    AdminConnection(Routes routes) {
        this.routes = routes;
    }

    /** Whether nothing has been asked that is not answered. */
    boolean awaitsRequest() {
        return !answering;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        within(REQUEST_WITHIN, ctx);
        ctx.fireChannelActive();
    }

    private void within(Duration time, ChannelHandlerContext ctx) {
        clearDeadline();
        deadline = ctx.executor().schedule(() -> ctx.close(), time.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void clearDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (!ctx.channel().config().isAutoRead()) {
            // Pipelined behind a request that is being answered: nobody whom we serve does that.
            ctx.close();
            return;
        }
        answering = true;
        ctx.channel().config().setAutoRead(false);
        within(ANSWER_WITHIN, ctx);
        boolean wellFormed = request.decoderResult().isSuccess();
        boolean keepAlive = wellFormed && HttpUtil.isKeepAlive(request);
        boolean onlyHead = request.method().equals(HttpMethod.HEAD);
        if (!wellFormed) {
            answer(
                    ctx,
                    Answer.error(HttpResponseStatus.BAD_REQUEST, "this is not a request"),
                    false,
                    false);
            return;
        }
        routes.answer(request, ctx.channel().remoteAddress())
                .whenCompleteAsync(
                        (answer, failure) -> {
                            if (failure != null) {
                                LOG.error("a request to the admin listener failed", failure);
                            }
                            answer(
                                    ctx,
                                    failure == null ? answer : Routes.defect(),
                                    keepAlive,
                                    onlyHead);
                        },
                        ctx.executor());
    }

    private void answer(
            ChannelHandlerContext ctx, Answer answer, boolean keepAlive, boolean onlyHead) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        answer.status(),
                        onlyHead ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body()));
        HttpHeaders fields = response.headers();
        if (!answer.status().equals(HttpResponseStatus.NO_CONTENT)) {
            fields.set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                    .setInt(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
        }
        SecurityFields.addTo(fields);
        answer.fields().forEach(fields::set);
        HttpUtil.setKeepAlive(response, keepAlive);
        ChannelFuture write = ctx.writeAndFlush(response);
        if (!keepAlive) {
            write.addListener(ChannelFutureListener.CLOSE);
            return;
        }
        write.addListener(written -> {
            if (written.isSuccess()) {
                answering = false;
                within(REQUEST_WITHIN, ctx);
                ctx.channel().config().setAutoRead(true);
            } else {
                ctx.close();
            }
        });
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        clearDeadline();
        ctx.fireChannelInactive();
    }

    /** Whatever the peer has done, only its own connection suffers. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("a connection to the admin listener broke", cause);
        ctx.close();
    }
}
