package conduit.outbound.dns;

import conduit.config.KeepAlive;
import conduit.config.Resolving;
import conduit.outbound.FakeNameServer;
import conduit.transport.Transport;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A resolver that asks name servers of the test, on two event loops. It reads no files of this
 * machine, unless the test brings some.
 */
final class Asking implements AutoCloseable {

    /** Longer than any pause of a loaded machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Path NO_FILE = Path.of("/nonexistent");
    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final Transport transport = new Transport(2, new KeepAlive.KernelDefaults());
    private final Resolver resolver;

    private Asking(Resolving resolving, Duration dialTimeout, LocalFiles files) {
        resolver = new Resolver(transport, resolving, dialTimeout, files);
    }

    /** Asks these servers in this order, and remembers nothing. */
    static Asking within(Duration dialTimeout, FakeNameServer... servers) {
        return new Asking(resolving(0, servers), dialTimeout, noFiles());
    }

    /** Asks one server, and remembers so many names. */
    static Asking remembering(int entries, FakeNameServer server) {
        return new Asking(resolving(entries, server), Duration.ofSeconds(6), noFiles());
    }

    /** Asks one server, remembers nothing, and reads these files. */
    static Asking reading(LocalFiles files, FakeNameServer server) {
        return new Asking(resolving(0, server), Duration.ofMillis(600), files);
    }

    /** Asks these servers in this order, remembers nothing, and reads these files. */
    static Asking reading(LocalFiles files, Duration dialTimeout, FakeNameServer... servers) {
        return new Asking(resolving(0, servers), dialTimeout, files);
    }

    private static Resolving resolving(int entries, FakeNameServer... servers) {
        List<InetSocketAddress> addresses =
                Arrays.stream(servers).map(FakeNameServer::address).toList();
        return new Resolving(addresses, entries);
    }

    private static LocalFiles noFiles() {
        return new LocalFiles(NO_FILE, NO_FILE, FOR_EVER);
    }

    EventLoop loop() {
        return transport.nextLoop();
    }

    /** What comes of a name. */
    Answer ask(String name) throws Exception {
        return begin(name, loop()).answer();
    }

    /** Begins a lookup on this loop. */
    Pending begin(String name, EventLoop loop) throws Exception {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        Resolver.Wait wait = loop.submit(() -> resolver.lookUp(name, loop, answer::complete)).get();
        return new Pending(loop, wait, answer);
    }

    /** Asks this server from here on, and remembers so many names. */
    void change(int entries, FakeNameServer server) {
        resolver.change(resolving(entries, server), Duration.ofSeconds(6));
    }

    /** How many names are remembered. */
    long remembered() {
        return resolver.remembered();
    }

    /** How many lookups found their answer remembered. */
    long hits() {
        return resolver.hits();
    }

    /** How many did not. */
    long misses() {
        return resolver.misses();
    }

    /** A lookup that somebody waits for. */
    record Pending(EventLoop loop, Resolver.Wait waiting, CompletableFuture<Answer> told) {
        Answer answer() throws Exception {
            return told.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        void leave() throws Exception {
            loop.submit(waiting::leave).get();
        }
    }

    /** An answer with these addresses, whatever its TTL. */
    static List<InetAddress> addresses(String... literals) {
        return Arrays.stream(literals).map(InetAddress::ofLiteral).toList();
    }

    @Override
    public void close() {
        transport.close();
    }
}
