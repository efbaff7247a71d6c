package conduit.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One end of a copying relay: what it reads it gives to its peer, and it reads again only when the
 * peer can take more. The only handler of its pipeline; lives on the channel's event loop.
 */
final class CopyEnd extends ChannelInboundHandlerAdapter {

    private final Side side;
    private final Channel channel;
    private final CopyRelay relay;
    private final Optional<Pacer> pacer;
    private @Nullable CopyEnd connectedTo;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean outputBroken;
    private long given;
    private long discarded;
    private long delivered;

    /** The allowance is for what comes from this end. */
    CopyEnd(Side side, Channel channel, Allowance allowance, CopyRelay relay) {
        this.side = side;
        this.channel = channel;
        this.relay = relay;
        this.pacer = allowance.isFree() ? Optional.empty() : Optional.of(new Pacer(allowance));
    }

    void connectTo(CopyEnd peer) {
        connectedTo = peer;
    }

    Channel channel() {
        return channel;
    }

    /** Bytes handed to this end's socket. */
    long delivered() {
        return delivered;
    }

    /** Whether it was given bytes that its socket has not taken. */
    boolean owesBytes() {
        return given > delivered;
    }

    /** Whether something that has come from here waits for its turn. */
    boolean isPaced() {
        return pacer.isPresent() && pacer.get().isHolding();
    }

    /** Whether this end's connection is dead for writing. */
    boolean outputBroken() {
        return outputBroken;
    }

    /** Whether the peer's end of stream has been passed on to this end's socket. */
    boolean outputEnded() {
        return outputEnded;
    }

    /** Stands behind the endpoint in the pipeline until {@link #begin} takes that away. */
    void join() {
        pacer.ifPresent(channel.pipeline()::addLast);
        channel.pipeline().addLast(this);
    }

    /** Gives the peer what was kept behind the handshake, then starts to read. */
    void begin(Endpoint endpoint) {
        if (!channel.isActive()) {
            relay.broke(side);
            return;
        }
        Queue<ByteBuf> early = endpoint.take();
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.remove(endpoint);
        early.forEach(pipeline::fireChannelRead);
        if (endpoint.inputEnded()) {
            pipeline.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        } else {
            pipeline.fireChannelReadComplete();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        pass((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        peer().channel.flush();
        readMore();
    }

    /** This end's socket takes more, or no more for now. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        peer().readMore();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            endInput();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        relay.closedUnderneath();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            relay.defect(cause);
        } else if (inputEnded) {
            breakOutput();
        } else {
            relay.broke(side);
        }
    }

    private CopyEnd peer() {
        CopyEnd peer = connectedTo;
        if (peer == null) {
            throw new IllegalStateException("not connected");
        }
        return peer;
    }

    /** Invariant: at most one read beyond what the peer's socket takes is in memory. */
    private void readMore() {
        // What comes for a dead peer is thrown away: this side may read what it is owed only after
        // it has written, and its own end must be found.
        if (!inputEnded && (peer().outputBroken || peer().channel.isWritable())) {
            channel.read();
        }
    }

    private void pass(ByteBuf bytes) {
        CopyEnd to = peer();
        int length = bytes.readableBytes();
        if (to.outputBroken) {
            bytes.release();
            discarded += length;
            if (discarded > Relay.MOST_DISCARDED) {
                relay.broke(to.side);
            }
            return;
        }
        to.given += length;
        to.channel.write(bytes).addListener(write -> to.written(length, write.cause()));
    }

    private void written(int length, @Nullable Throwable failure) {
        if (failure == null) {
            delivered += length;
            relay.bytesMoved();
        } else if (channel.isOpen()) {
            breakOutput();
        } else if (!(failure instanceof ClosedChannelException)) {
            // The write has closed the channel, and its failure says why.
            relay.broke(side);
        }
    }

    private void endInput() {
        if (inputEnded) {
            return;
        }
        inputEnded = true;
        relay.inputEnded(side);
        if (outputBroken) {
            relay.broke(side);
            return;
        }
        CopyEnd to = peer();
        // An empty write completes after every write before it.
        to.channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(write -> to.endOutput());
    }

    private void endOutput() {
        if (outputBroken || !channel.isActive()) {
            return;
        }
        ChannelFuture shutdown = ((DuplexChannel) channel).shutdownOutput();
        shutdown.addListener(done -> {
            outputEnded = true;
            relay.outputEnded();
        });
    }

    /**
     * A write to this end's socket failed, so its connection is dead. What it sent before that may
     * still wait in the kernel: go on reading it, and let its end be the end of the relay.
     */
    private void breakOutput() {
        if (outputBroken) {
            return;
        }
        outputBroken = true;
        if (inputEnded) {
            relay.brokeAfterItsEnd(side);
        } else {
            channel.read();
        }
        peer().readMore();
    }
}
