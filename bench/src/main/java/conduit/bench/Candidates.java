package conduit.bench;

import conduit.bench.Candidate.Engine;
import conduit.bench.load.Entrance;
import conduit.bench.load.Loopback;
import conduit.bench.load.Service;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * All candidates, with the configuration each of them gets. What they have in common: one thread or
 * process that does the work where that can be chosen, no access log, no cache, no name look-ups.
 */
final class Candidates {

    /** Below the range of local ports, which bench/run sets. */
    private static final InetSocketAddress HTTP = Loopback.at(8080);

    private static final InetSocketAddress SOCKS = Loopback.at(1080);

    private final Options options;

    Candidates(Options options) {
        this.options = options;
    }

    List<Candidate> all() {
        Entrance connect = new Entrance.Connect(HTTP);
        Entrance socks = new Entrance.Socks5(SOCKS);
        return List.of(
                conduit("conduit-connect", connect),
                conduit("conduit-socks5", socks),
                conduit("conduit-splice", connect, "--relay=splice"),
                conduit("conduit-copy", connect, "--relay=copy"),
                new Candidate("haproxy", Engine.NATIVE, Candidates::haproxy, haproxyEntrance()));
    }

    private Candidate conduit(String name, Entrance entrance, String... flags) {
        List<String> command = new ArrayList<>();
        command.add(options.conduit().toString());
        command.add("--http-listen=" + Loopback.authority(HTTP));
        command.add("--socks5-listen=" + Loopback.authority(SOCKS));
        command.add("--threads=1");
        command.addAll(List.of(flags));
        command.addAll(options.conduitFlags());
        return new Candidate(name, Engine.JVM, _ -> command, entrance);
    }

    /**
     * It has no handshake: a port for each service stands in for it. maxconn and maxpipes are what
     * 20,000 descriptors allow.
     */
    private static List<String> haproxy(Path folder) throws IOException {
        StringBuilder configuration =
                new StringBuilder(
                        """
                        global
                            nbthread 1
                            maxconn 9500
                            maxpipes 200
                        defaults
                            mode tcp
                            option splice-auto
                            timeout connect 10s
                            timeout client 1h
                            timeout server 1h
                        """);
        for (Service service : Service.values()) {
            configuration.append(
                    """
                    listen %s
                        bind %s backlog 4096
                        server origin %s
                    """
                            .formatted(
                                    service,
                                    Loopback.authority(haproxyAddress(service)),
                                    service.authority()));
        }
        Path file = Files.writeString(folder.resolve("haproxy.cfg"), configuration);
        return List.of("haproxy", "-db", "-q", "-f", file.toString());
    }

    private static Entrance haproxyEntrance() {
        Map<Service, InetSocketAddress> addresses = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            addresses.put(service, haproxyAddress(service));
        }
        return new Entrance.Fixed(addresses);
    }

    private static InetSocketAddress haproxyAddress(Service service) {
        return Loopback.at(service.address().getPort() - 2000);
    }
}
