package conduit.outbound.dns;

import io.netty.resolver.HostsFileEntriesProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What this machine's own files say about names: hosts(5) and resolv.conf(5). Shared by all event
 * loops, which take what was read last; when that is old, a thread of its own reads again.
 */
public final class LocalFiles {

    /** An edit is noticed soon, and nobody notices the reading. */
    private static final Duration GOOD_FOR = Duration.ofSeconds(30);

    private static final String LOCALHOST = "localhost";
    private static final List<InetAddress> LOOPBACK =
            List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"));

    private final Path hosts;
    private final Path resolvConf;
    private final Duration goodFor;
    private final AtomicReference<Snapshot> last;
    private final AtomicBoolean reading = new AtomicBoolean();

    /** The hosts file's IPv4 entries and its IPv6 entries, and the other file. */
    private record Snapshot(
            List<Map<String, List<InetAddress>>> hosts, ResolvConf resolvConf, long readAt) {}

    /** Reads the files where they usually are. */
    public LocalFiles() {
        this(Path.of("/etc/hosts"), Path.of("/etc/resolv.conf"), GOOD_FOR);
    }

    /** Reads these files, and again when what was read is so old. */
    public LocalFiles(Path hosts, Path resolvConf, Duration goodFor) {
        this.hosts = hosts;
        this.resolvConf = resolvConf;
        this.goodFor = goodFor;
        Snapshot nothing = new Snapshot(List.of(), ResolvConf.parse(List.of()), 0);
        last = new AtomicReference<>(readAfter(nothing));
    }

    /** What the hosts file has for a name, or RFC 6761, section 6.3, for localhost; or nothing. */
    List<InetAddress> addresses(String name) {
        String host = ResolvConf.withoutLastDot(name);
        List<InetAddress> listed =
                current().hosts().stream()
                        .flatMap(family -> family.getOrDefault(host, List.of()).stream())
                        .toList();
        boolean local = host.equals(LOCALHOST) || host.endsWith("." + LOCALHOST);
        return listed.isEmpty() && local ? LOOPBACK : listed;
    }

    /** Whom to ask, and what a short name may stand for. */
    ResolvConf resolvConf() {
        return current().resolvConf();
    }

    private Snapshot current() {
        Snapshot now = last.get();
        boolean old = System.nanoTime() - now.readAt() > goodFor.toNanos();
        if (old && reading.compareAndSet(false, true)) {
            Thread.ofVirtual().start(this::readAgain);
        }
        return now;
    }

    private void readAgain() {
        try {
            last.set(readAfter(last.get()));
        } finally {
            reading.set(false);
        }
    }

    /** What cannot be read, for want of a descriptor perhaps, stays as it was. */
    private Snapshot readAfter(Snapshot before) {
        long now = System.nanoTime();
        return new Snapshot(hostsAfter(before), resolvConfAfter(before), now);
    }

    private List<Map<String, List<InetAddress>>> hostsAfter(Snapshot before) {
        try {
            HostsFileEntriesProvider entries =
                    HostsFileEntriesProvider.parser()
                            .parse(hosts.toFile(), StandardCharsets.ISO_8859_1);
            return List.of(entries.ipv4Entries(), entries.ipv6Entries());
        } catch (IOException e) {
            return before.hosts();
        }
    }

    private ResolvConf resolvConfAfter(Snapshot before) {
        try {
            return ResolvConf.parse(Files.readAllLines(resolvConf, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return ResolvConf.parse(List.of());
        } catch (IOException e) {
            return before.resolvConf();
        }
    }
}
