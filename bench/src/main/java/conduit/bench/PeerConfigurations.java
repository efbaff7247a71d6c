package conduit.bench;

import conduit.bench.load.Entrance;
import conduit.bench.load.Forwarding;
import conduit.bench.load.Loopback;
import conduit.bench.load.Service;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The configuration of each peer and the command that runs it in the foreground. What they have in
 * common: one working thread or process where that can be chosen, no log, no cache, everything
 * allowed, and limits above 9,000 tunnels in 20,000 descriptors. The ports lie below the range of
 * local ports, which bench/run sets.
 */
final class PeerConfigurations {

    static final int HTTP_PORT = 8080;
    static final int SOCKS_PORT = 1080;
    static final int TRANSPARENT_PORT = 8081;

    private PeerConfigurations() {}

    /** It has no handshake: a port for each service stands in for it. */
    static List<String> haproxy(Path folder) throws IOException {
        StringBuilder configuration =
                new StringBuilder(
                        """
                        global
                            nbthread 1
                            maxconn 9500
                            maxpipes 200
                        defaults
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
                        mode %s
                        server origin %s
                    """
                            .formatted(
                                    service,
                                    Loopback.authority(haproxyAddress(service)),
                                    mode(service),
                                    service.authority()));
        }
        return List.of("haproxy", "-db", "-q", "-f", written(folder, configuration));
    }

    private static String mode(Service service) {
        return switch (service) {
            case ECHO, SOURCE, SINK -> "tcp";
            case HTTP -> "http\n    http-reuse always";
        };
    }

    static Entrance haproxyEntrance() {
        Map<Service, InetSocketAddress> addresses = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            addresses.put(service, haproxyAddress(service));
        }
        return new Entrance.Fixed(addresses);
    }

    /** The same ports, for clients that do not know of them. */
    static Entrance haproxyRedirected() {
        Map<Service, Integer> ports = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            ports.put(service, haproxyAddress(service).getPort());
        }
        return new Entrance.Redirected(ports);
    }

    static Forwarding haproxyForwarding() {
        return new Forwarding(haproxyAddress(Service.HTTP), "");
    }

    private static InetSocketAddress haproxyAddress(Service service) {
        return Loopback.at(service.address().getPort() - 2000);
    }

    /** -N: one process, in the foreground. */
    static List<String> squid(Path folder) throws IOException {
        String configuration =
                """
                http_port 127.0.0.1:%d
                http_access allow all
                cache deny all
                cache_mem 0 MB
                access_log none
                cache_log /dev/null
                cache_store_log none
                pid_filename none
                pinger_enable off
                workers 1
                max_filedescriptors 20000
                shutdown_lifetime 0 seconds
                """
                        .formatted(HTTP_PORT);
        return List.of("squid", "-N", "-f", written(folder, configuration));
    }

    /** A thread for each tunnel. It cannot be kept from writing a line for each. */
    static List<String> microsocks(Path folder) {
        return List.of("microsocks", "-i", "127.0.0.1", "-p", Integer.toString(SOCKS_PORT));
    }

    /** A thread for each tunnel. */
    static List<String> tinyproxy(Path folder) throws IOException {
        String configuration =
                """
                User nobody
                Group nogroup
                Listen 127.0.0.1
                Port %d
                MaxClients 20000
                Timeout 3600
                LogLevel Critical
                DisableViaHeader Yes
                """
                        .formatted(HTTP_PORT);
        return List.of("tinyproxy", "-d", "-c", written(folder, configuration));
    }

    /** It makes as many processes as it needs: Debian's build carries 32 tunnels in each. */
    static List<String> dante(Path folder) throws IOException {
        String configuration =
                """
                logoutput: /dev/null
                internal: 127.0.0.1 port = %d
                external: 127.0.0.1
                socksmethod: none
                clientmethod: none
                user.privileged: root
                user.unprivileged: nobody
                client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
                socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
                """
                        .formatted(SOCKS_PORT);
        return List.of(
                "danted",
                "-f",
                written(folder, configuration),
                "-p",
                folder.resolve("pid").toString());
    }

    private static String written(Path folder, CharSequence configuration) throws IOException {
        return Files.writeString(folder.resolve("configuration"), configuration)
                .toAbsolutePath()
                .toString();
    }
}
