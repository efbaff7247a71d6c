package conduit.outbound.parent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Destination;
import conduit.address.Parsed;
import conduit.config.Resolving;
import conduit.config.Upstream;
import conduit.e2e.kit.Target;
import conduit.outbound.Dialler;
import conduit.outbound.DirectConnector;
import conduit.outbound.OwnListeners;
import conduit.outbound.dns.LocalFiles;
import conduit.outbound.dns.Resolver;
import conduit.transport.Transport;
import conduit.tunnel.Connector;
import conduit.tunnel.Phase;
import conduit.tunnel.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** One attempt to reach a destination through a parent, what is told of it, and what arrives. */
final class Trial {

    static final Connector.Purpose TUNNEL =
            new Connector.Purpose.Tunnel(
                    Optional.of("1.1 us"), Optional.empty(), Connector.Clearance.ANY);
    static final Connector.Purpose EXCHANGE =
            new Connector.Purpose.Exchange(new Connector.Wire.Plain(), Connector.Clearance.ANY);

    private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(30);
    private static final long PATIENCE_SECONDS = 60;

    /** Stands for the end of the stream. */
    static final String END = "<end>";

    private final EventLoop loop;
    private final AtomicReference<Connector.Attempt> attempt = new AtomicReference<>();
    private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();

    private Trial(EventLoop loop) {
        this.loop = loop;
    }

    /** Begins. */
    static Trial begin(
            Transport transport,
            Upstream.Parent parent,
            String destination,
            Connector.Purpose purpose,
            Duration negotiationTimeout)
            throws InterruptedException {
        Resolver resolver =
                new Resolver(
                        transport, new Resolving(List.of(), 0), DIAL_TIMEOUT, new LocalFiles());
        Connector direct =
                new DirectConnector(
                        new Dialler(transport, resolver, new OwnListeners(), DIAL_TIMEOUT));
        Connector connector = new ParentConnector(direct, parent, negotiationTimeout);
        Trial trial = new Trial(transport.nextLoop());
        Destination wanted = destination(destination);
        trial.loop
                .submit(() ->
                        trial.attempt.set(
                                connector.connect(wanted, purpose, trial.loop, trial.new Told())))
                .sync();
        return trial;
    }

    /** Where a parent is. */
    static Destination at(Target target) {
        return destination(target.authority());
    }

    private static Destination destination(String text) {
        return switch (Destination.parse(text)) {
            case Parsed.Valid<Destination>(Destination parsed) -> parsed;
            case Parsed.Invalid<Destination>(String why) -> throw new AssertionError(why);
        };
    }

    /** How it failed. */
    Refused refused() throws InterruptedException {
        return (Refused) told();
    }

    /** What it connected to. */
    Connector.Remote connected() throws InterruptedException {
        return (Connector.Remote) told();
    }

    private Object told() throws InterruptedException {
        Object first = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(first).as("what the caller is told").isNotNull();
        return first;
    }

    /** What has arrived behind the handshake, up to so many characters, without reading on. */
    String arrived(int length) throws InterruptedException {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            String next = arrived.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(next).as("what comes behind %s", text).isNotNull();
            text.append(next);
        }
        return text.toString();
    }

    /** Whatever epoll has to tell now has been told when this returns, and it was nothing. */
    void expectNothing() throws InterruptedException {
        loop.submit(() -> {}).sync();
        loop.submit(() -> {}).sync();
        assertThat(arrived).isEmpty();
        assertThat(told).isEmpty();
    }

    Phase phase() throws Exception {
        return loop.submit(() -> attempt.get().phase()).get();
    }

    void cancel() throws InterruptedException {
        loop.submit(() -> attempt.get().cancel()).sync();
    }

    /** How many sockets this process has. */
    static long openSockets() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(Trial::isSocket).count();
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private final class Told implements Connector.Caller {
        @Override
        public void entered(Phase phase) {}

        @Override
        public void connected(Connector.Remote remote) {
            remote.channel().pipeline().addLast(new Recorder());
            told.add(remote);
        }

        @Override
        public void failed(Refused refused) {
            told.add(refused);
        }
    }

    private final class Recorder extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            arrived.add(bytes.toString(ISO_8859_1));
            bytes.release();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                arrived.add(END);
            }
        }
    }
}
