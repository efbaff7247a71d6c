package conduit.bench;

import conduit.bench.Candidate.Engine;
import conduit.bench.load.Entrance;
import conduit.bench.load.Forwarding;
import conduit.bench.load.Loopback;
import conduit.bench.load.Service;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All candidates. */
final class Candidates {

    private static final InetSocketAddress HTTP = Loopback.at(PeerConfigurations.HTTP_PORT);
    private static final InetSocketAddress SOCKS = Loopback.at(PeerConfigurations.SOCKS_PORT);
    private static final Entrance CONNECT = new Entrance.Connect(HTTP);
    private static final Entrance SOCKS5 = new Entrance.Socks5(SOCKS);
    private static final Entrance TRANSPARENT =
            new Entrance.Redirected(
                    Arrays.stream(Service.values())
                            .collect(
                                    Collectors.toMap(
                                            Function.identity(),
                                            _ -> PeerConfigurations.TRANSPARENT_PORT)));
    private static final Optional<Forwarding> FORWARDING =
            Optional.of(new Forwarding(HTTP, Forwarding.WHOLE_URL));
    private static final Optional<Forwarding> NONE = Optional.empty();

    private final Options options;

    Candidates(Options options) {
        this.options = options;
    }

    List<Candidate> all() {
        return List.of(
                conduit("conduit-connect", CONNECT, FORWARDING),
                conduit("conduit-socks5", SOCKS5, NONE),
                conduit("conduit-splice", CONNECT, NONE, "--relay=splice"),
                conduit("conduit-copy", CONNECT, NONE, "--relay=copy"),
                conduit("conduit-silent", CONNECT, FORWARDING, "--access-log=off"),
                watched("conduit-watched", CONNECT, FORWARDING),
                conduit(
                        "conduit-transparent",
                        TRANSPARENT,
                        NONE,
                        "--tproxy-listen=127.0.0.1:" + PeerConfigurations.TRANSPARENT_PORT,
                        "--fwmark=" + Redirection.MARK),
                peer(
                        "haproxy",
                        PeerConfigurations::haproxy,
                        PeerConfigurations.haproxyEntrance(),
                        Optional.of(PeerConfigurations.haproxyForwarding())),
                peer(
                        "haproxy-redirected",
                        PeerConfigurations::haproxy,
                        PeerConfigurations.haproxyRedirected(),
                        NONE),
                peer("squid", PeerConfigurations::squid, CONNECT, FORWARDING),
                peer("microsocks", PeerConfigurations::microsocks, SOCKS5, NONE),
                peer("tinyproxy", PeerConfigurations::tinyproxy, CONNECT, FORWARDING),
                peer("dante", PeerConfigurations::dante, SOCKS5, NONE));
    }

    /** With all that is to be seen of it: a log in JSON in a file, and metrics. */
    private Candidate watched(String name, Entrance entrance, Optional<Forwarding> forwarding) {
        Candidate plain =
                conduit(name, entrance, forwarding, "--log-format=json", "--admin-listen=127.0.0.1:0");
        return new Candidate(
                name,
                Engine.JVM,
                folder -> {
                    List<String> command = new ArrayList<>(plain.launch().command(folder));
                    command.add("--access-log=" + folder.resolve("access.log"));
                    return command;
                },
                entrance,
                forwarding);
    }

    /** Through its launcher, so with the JVM options that a user gets. */
    private Candidate conduit(
            String name, Entrance entrance, Optional<Forwarding> forwarding, String... flags) {
        List<String> command = new ArrayList<>();
        command.add(options.conduit().toString());
        command.add("--http-listen=" + Loopback.authority(HTTP));
        command.add("--socks5-listen=" + Loopback.authority(SOCKS));
        command.add("--threads=1");
        command.addAll(List.of(flags));
        command.addAll(options.conduitFlags());
        return new Candidate(name, Engine.JVM, _ -> command, entrance, forwarding);
    }

    private static Candidate peer(
            String name,
            Candidate.Launch launch,
            Entrance entrance,
            Optional<Forwarding> forwarding) {
        return new Candidate(name, Engine.NATIVE, launch, entrance, forwarding);
    }
}
