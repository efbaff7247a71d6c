package conduit.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import conduit.bench.load.Entrance;
import conduit.bench.load.Loopback;
import conduit.bench.load.Service;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The firewall rule that brings clients to a proxy which they do not know, in the network that
 * bench/run made. It is there only while such a proxy is: with a rule that rewrites addresses the
 * kernel keeps track of every connection, and the others are not to pay for that.
 */
final class Redirection implements AutoCloseable {

    /** By which a proxy that dials where the client wanted to go keeps out of the rule. */
    static final String MARK = "7";

    private static final String UNDO = "nft delete table ip bench";

    private final Children children;
    private final Optional<String> undo;

    private Redirection(Children children, Optional<String> undo) {
        this.children = children;
        this.undo = undo;
    }

    /**
     * Installs it, if it is needed.
     *
     * @throws IOException when that is not possible
     */
    static Redirection to(Entrance entrance, Children children) throws IOException {
        return switch (entrance) {
            case Entrance.Redirected(var ports) -> to(ports, children);
            case Entrance.Fixed _, Entrance.Connect _, Entrance.Socks5 _ ->
                    new Redirection(children, Optional.empty());
        };
    }

    private static Redirection to(Map<Service, Integer> ports, Children children)
            throws IOException {
        String map =
                ports.entrySet().stream()
                        .map(entry ->
                                entry.getKey().redirectedAddress().getPort()
                                        + " : "
                                        + entry.getValue())
                        .collect(Collectors.joining(", "));
        String commands =
                // Closed connections would fill the kernel's table within half a minute otherwise.
                """
                set -e
                nft -f - <<'END'
                table ip bench {
                  chain output {
                    type nat hook output priority -100
                    ip daddr %s meta l4proto tcp meta mark != %s redirect to :tcp dport map { %s }
                  }
                }
                END
                sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_time_wait=1
                """
                        .formatted(Loopback.REDIRECTED.getHostAddress(), MARK, map);
        Redirection redirection = new Redirection(children, Optional.of(UNDO));
        redirection.run(commands);
        for (Service service : ports.keySet()) {
            expectCaught(service);
        }
        return redirection;
    }

    /** The proxy is not there yet. A client that is not caught would find the origin itself. */
    private static void expectCaught(Service service) throws IOException {
        try (Socket client = new Socket()) {
            client.connect(service.redirectedAddress());
        } catch (ConnectException refused) {
            return;
        }
        throw new IOException("the rule lets clients through to " + service);
    }

    /** Takes it away. */
    @Override
    public void close() throws IOException {
        if (undo.isPresent()) {
            run(undo.get());
        }
    }

    private void run(String commands) throws IOException {
        Path script = Files.createTempFile("bench-rules", ".sh");
        Files.writeString(script, commands);
        Process shell =
                children.start(
                        new ProcessBuilder("sh", script.toString()).redirectErrorStream(true));
        // nft and sysctl wait for nobody, so this does end.
        String output = new String(shell.getInputStream().readAllBytes(), UTF_8);
        int exitCode = shell.onExit().join().exitValue();
        children.end(shell);
        Files.delete(script);
        if (exitCode != 0) {
            throw new IOException("the rules cannot be set: " + output.strip());
        }
    }
}
