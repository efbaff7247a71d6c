package conduit.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Destination;
import conduit.config.KeepAlive;
import conduit.outbound.FakeNameServer.Reply;
import conduit.outbound.dns.Resolver;
import conduit.transport.Transport;
import conduit.tunnel.Connector;
import conduit.tunnel.Phase;
import conduit.tunnel.Refused;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A dial that is cancelled while its destination is looked up takes the lookup with it. */
class LeftLookupTest {

    @Test
    void closesTheSocketsOfTheLookupAtOnce() throws Exception {
        try (Transport transport = new Transport(1, new KeepAlive.KernelDefaults());
                FakeNameServer server = new FakeNameServer(_ -> new Reply.Silence())) {
            Resolver resolver = server.askedThrough(transport);
            Connector connector =
                    new DirectConnector(
                            new Dialler(
                                    transport,
                                    resolver,
                                    new OwnListeners(),
                                    Duration.ofMinutes(1)));
            EventLoop loop = transport.nextLoop();
            // The first lookup opens what all others need, too.
            loop.submit(begin(connector, loop).get()::cancel).get();
            long before = descriptors();

            Connector.Attempt attempt = begin(connector, loop).get();
            assertThat(descriptors()).isGreaterThan(before);
            loop.submit(attempt::cancel).get();

            assertThat(descriptors()).isLessThanOrEqualTo(before);
        }
    }

    private static Future<Connector.Attempt> begin(Connector connector, EventLoop loop) {
        Destination destination = new Destination.Name("silent.test", 80);
        return loop.submit(() ->
                connector.connect(
                        destination,
                        new Connector.Purpose.Exchange(
                                new Connector.Wire.Plain(), Connector.Clearance.ANY),
                        loop,
                        new Nobody()));
    }

    private static final class Nobody implements Connector.Caller {
        @Override
        public void entered(Phase phase) {}

        @Override
        public void connected(Connector.Remote remote) {
            throw new AssertionError("connected to " + remote);
        }

        @Override
        public void failed(Refused refused) {
            throw new AssertionError("refused: " + refused);
        }
    }

    private static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
