package conduit.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a read has brought until its allowance lets it pass, and reads nothing meanwhile: so
 * what is held is bounded by one read, or by one kernel receive buffer once the peer has sent its
 * end of stream. What carries no bytes (a head) passes at once, unless it stands behind what does.
 * A break makes all of it pass: nothing more is to come that could be held up. Stands before
 * whoever asks its channel to read; lives on the channel's event loop.
 */
public final class Pacer extends ChannelDuplexHandler {

    /** Something to pass, and when; as {@link System#nanoTime} tells. */
    private record Held(Object message, long turnAt) {}

    /** Later than any turn, and not so late that a difference of times overflows. */
    private static final long FAR = Long.MAX_VALUE / 2;

    private final Queue<Held> held = new ArrayDeque<>(2);
    private Allowance allowance;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Future<?> turn;
    private boolean passing;
    private boolean readCompleted;
    private boolean wantsMore;

    /** One that holds by an allowance. */
    public Pacer(Allowance allowance) {
        this.allowance = allowance;
    }

    /** What comes from here on is held by this one. */
    public void under(Allowance next) {
        allowance = next;
    }

    /** Whether something is waiting for its turn. */
    boolean isHolding() {
        return turn != null;
    }

    /** Leaves its pipeline, unless it has left. */
    public void leave() {
        ChannelHandlerContext ctx = context;
        if (ctx != null && !ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        long bytes = bytesOf(message);
        long now = System.nanoTime();
        long wait = bytes == 0 ? 0 : allowance.charge(bytes, now);
        if (wait > 0 && turn == null) {
            await(ctx, wait);
        }
        if (turn == null && !passing) {
            ctx.fireChannelRead(message);
        } else {
            held.add(new Held(message, now + wait));
        }
    }

    private static long bytesOf(Object message) {
        return switch (message) {
            case ByteBuf bytes -> bytes.readableBytes();
            case ByteBufHolder holder -> holder.content().readableBytes();
            default -> 0;
        };
    }

    private void await(ChannelHandlerContext ctx, long nanos) {
        turn = ctx.executor().schedule(() -> turnCame(ctx), nanos, TimeUnit.NANOSECONDS);
    }

    private void turnCame(ChannelHandlerContext ctx) {
        turn = null;
        pass(ctx, System.nanoTime());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (turn == null && !passing) {
            ctx.fireChannelReadComplete();
        } else {
            readCompleted = true;
        }
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (turn == null && !passing) {
            ctx.read();
        } else {
            wantsMore = true;
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (turn != null && event instanceof ChannelInputShutdownEvent) {
            held.add(new Held(event, System.nanoTime()));
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        passAtOnce(ctx);
        ctx.fireExceptionCaught(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        passAtOnce(ctx);
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        passAtOnce(ctx);
    }

    private void passAtOnce(ChannelHandlerContext ctx) {
        while (turn != null) {
            turn.cancel(false);
            turn = null;
            pass(ctx, System.nanoTime() + FAR);
        }
    }

    /**
     * Whoever is given something may close the channel, take this handler out, or let what waits in
     * a decoder come, which then stands behind the rest.
     */
    private void pass(ChannelHandlerContext ctx, long until) {
        passing = true;
        while (turn == null && !held.isEmpty()) {
            long wait = held.element().turnAt() - until;
            if (wait > 0) {
                await(ctx, wait);
            } else {
                passOne(ctx, held.remove().message());
            }
        }
        passing = false;
        boolean all = turn == null;
        if (readCompleted) {
            readCompleted = !all;
            ctx.fireChannelReadComplete();
        }
        if (all && wantsMore) {
            wantsMore = false;
            ctx.read();
        }
    }

    private static void passOne(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ChannelInputShutdownEvent) {
            ctx.fireUserEventTriggered(message);
        } else {
            ctx.fireChannelRead(message);
        }
    }
}
