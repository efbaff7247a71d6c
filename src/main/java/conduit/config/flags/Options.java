package conduit.config.flags;

import conduit.address.Destination;
import conduit.address.Parsed;
import conduit.config.Administration;
import conduit.config.Authorities;
import conduit.config.Configuration;
import conduit.config.Dialling;
import conduit.config.Fwmark;
import conduit.config.KeepAlive;
import conduit.config.Listener;
import conduit.config.Pseudonym;
import conduit.config.RelayMode;
import conduit.config.Relaying;
import conduit.config.Resolving;
import conduit.config.SeenAs;
import conduit.config.Timeouts;
import conduit.config.TunnelTimeouts;
import conduit.config.Upstream;
import conduit.config.flags.Invocation.Mistake;
import conduit.config.rules.Policing;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Every flag of the proxy itself, in the order of the help: one mixin for each of its headings. A
 * mixin itself, of the command that is the proxy and of those that are given its flags. Mixins
 * rather than picocli's argument groups, because in a group a flag given twice is not noticed. Each
 * description ends with a line that tells the default and an example. Every flag is also a key of
 * the configuration file, by its name and its type.
 */
final class Options {

    static final String CONFIG = "--config";
    static final String HTTP_LISTEN = "--http-listen";
    static final String SOCKS5_LISTEN = "--socks5-listen";
    static final String TPROXY_LISTEN = "--tproxy-listen";
    static final String TPROXY_SPOOF_SOURCE = "--tproxy-spoof-source";
    static final String UPSTREAM = "--upstream";
    static final String UPSTREAM_MODE = "--upstream-mode";
    static final String UPSTREAM_ADDR = "--upstream-addr";
    static final String UPSTREAM_AUTH_FILE = "--upstream-auth-file";
    static final String TLS_CA_FILE = "--tls-ca-file";
    static final String BIND_ADDRESS = "--bind-address";

    /** Filled in by picocli: the command whose flags these are, which knows what was given. */
    @Spec(Spec.Target.MIXEE)
    CommandSpec command;

    /** What the configuration file says, if there is one; whoever has read it puts it here. */
    Optional<Written> written = Optional.empty();

    @Mixin(name = "Configuration")
    final Written.Flag config = new Written.Flag();

    @Mixin(name = "Listeners")
    final Listening listening = new Listening();

    @Mixin(name = "Users")
    final UserFlags users = new UserFlags();

    @Mixin(name = "Upstream")
    final WayOut wayOut = new WayOut();

    @Mixin(name = "Policy")
    final PolicyFlags policy = new PolicyFlags();

    @Mixin(name = "Names")
    final Naming naming = new Naming();

    @Mixin(name = "Timeouts")
    final Waiting waiting = new Waiting();

    @Mixin(name = "Sockets")
    final Sockets sockets = new Sockets();

    @Mixin(name = "HTTP")
    final HttpFlags http = new HttpFlags();

    @Mixin(name = "Relay")
    final Relay relay = new Relay();

    @Mixin(name = "Limits")
    final LimitFlags limits = new LimitFlags();

    @Mixin(name = "Log")
    final LogFlags log = new LogFlags();

    @Mixin(name = "Operation")
    final OperationFlags operation = new OperationFlags();

    @Mixin(name = "Administration")
    final AdminFlags admin = new AdminFlags();

    /** What the flags ask for on the named operating system, or what is wrong with them. */
    Invocation meaning(String operatingSystem) {
        Optional<Mistake> mistake = FlagRules.firstBroken(this, operatingSystem);
        if (mistake.isPresent()) {
            return mistake.get();
        }
        return switch (UpstreamFlags.of(wayOut)) {
            case UpstreamFlags.Meaning.Meant(Upstream upstream) -> meaning(upstream);
            case UpstreamFlags.Meaning.Wrong(Mistake wrong) -> wrong;
        };
    }

    private Invocation meaning(Upstream upstream) {
        return switch (admin.meaning()) {
            case AdminFlags.Meaning.Meant(Optional<Administration> administration) ->
                    meaning(upstream, administration);
            case AdminFlags.Meaning.Wrong(Mistake wrong) -> wrong;
        };
    }

    private Invocation meaning(Upstream upstream, Optional<Administration> administration) {
        if (wayOut.caFile.isEmpty()) {
            return run(configuration(upstream, Optional.empty(), administration));
        }
        Path file = wayOut.caFile.get();
        return switch (CaFile.read(file)) {
            case Parsed.Valid<Authorities>(Authorities authorities) ->
                    run(configuration(upstream, Optional.of(authorities), administration));
            case Parsed.Invalid<Authorities>(String why) ->
                    MistakeLine.of(
                            TLS_CA_FILE,
                            Quoted.of(file.toString()) + " cannot be used (" + why + ")",
                            "a file of certificates in PEM");
        };
    }

    private Invocation run(Configuration configuration) {
        return new Invocation.Run(configuration, EffectiveText.of(command, written), config.file);
    }

    private Configuration configuration(
            Upstream upstream,
            Optional<Authorities> authorities,
            Optional<Administration> administration) {
        return new Configuration(
                listening.listeners(),
                users.file,
                upstream,
                authorities,
                policing(),
                naming.resolving(),
                waiting.timeouts(),
                sockets.keepAlive,
                sockets.dialling(),
                http.reuse(),
                http.limits(),
                wayOut.pseudonym,
                relay.relaying(waiting.tunnelTimeouts(limits.lifetime)),
                limits.limits(),
                log.logging(),
                operation.watching(),
                operation.underWay(),
                operation.draining(),
                administration);
    }

    private Policing policing() {
        return written.flatMap(Written::rules)
                .map(rules -> new Policing(rules, policy.guarding))
                .orElseGet(policy::policing);
    }

    static final class Listening {
        @Option(
                names = HTTP_LISTEN,
                paramLabel = "IP:port",
                converter = ValueForm.ListenAddress.class,
                description = {
                    "Accept HTTP proxy clients here. May be repeated; port 0 takes a free port.",
                    "Default: off. Example: --http-listen=127.0.0.1:8080"
                })
        List<InetSocketAddress> http = new ArrayList<>();

        @Option(
                names = SOCKS5_LISTEN,
                paramLabel = "IP:port",
                converter = ValueForm.ListenAddress.class,
                description = {
                    "Accept SOCKS5 clients here. May be repeated; port 0 takes a free port.",
                    "Default: off. Example: --socks5-listen=[::1]:1080"
                })
        List<InetSocketAddress> socks5 = new ArrayList<>();

        @Option(
                names = TPROXY_LISTEN,
                paramLabel = "IP:port",
                converter = ValueForm.ListenAddress.class,
                description = {
                    "Accept connections that a firewall rule brings here, by REDIRECT or TPROXY.",
                    "May be repeated; Linux only. TPROXY needs CAP_NET_RAW or CAP_NET_ADMIN.",
                    "Default: off. Example: --tproxy-listen=127.0.0.1:8081"
                })
        List<InetSocketAddress> tproxy = new ArrayList<>();

        List<Listener> listeners() {
            return Stream.of(
                            at(http, Listener.Protocol.HTTP),
                            at(socks5, Listener.Protocol.SOCKS5),
                            at(tproxy, Listener.Protocol.TPROXY))
                    .flatMap(listeners -> listeners)
                    .toList();
        }

        private static Stream<Listener> at(
                List<InetSocketAddress> addresses, Listener.Protocol protocol) {
            return addresses.stream().map(address -> new Listener(protocol, address));
        }
    }

    static final class WayOut {
        @Option(
                names = UPSTREAM,
                paramLabel = "URL",
                converter = ValueForm.ParentUrl.class,
                description = {
                    "How destinations are reached: direct://, or through a parent proxy:",
                    "http://[user@]host:port or socks5://[user@]host:port. A user must be the one",
                    "in --upstream-auth-file.",
                    "Default: direct://. Example: --upstream=http://proxy.example:3128"
                })
        Optional<UpstreamUrl> url;

        @Option(
                names = UPSTREAM_MODE,
                paramLabel = "direct|http|socks5",
                converter = ValueForm.Mode.class,
                description = {
                    "The same in two flags: what the parent proxy at --upstream-addr speaks, or",
                    "direct.",
                    "Default: direct. Example: --upstream-mode=socks5"
                })
        Optional<UpstreamMode> mode;

        @Option(
                names = UPSTREAM_ADDR,
                paramLabel = "host:port",
                converter = ValueForm.ParentAddress.class,
                description = {
                    "The parent proxy of --upstream-mode. A name is looked up when it is dialled.",
                    "Default: none. Example: --upstream-addr=192.0.2.7:3128"
                })
        Optional<Destination> address;

        @Option(
                names = UPSTREAM_AUTH_FILE,
                paramLabel = "PATH",
                description = {
                    "The credentials for the parent proxy: one line user:password, in a file that",
                    "only its owner can read or write. Read at start and when conduit reloads.",
                    "Default: none. Example: --upstream-auth-file=/etc/conduit/parent"
                },
                converter = ValueForm.PathName.class)
        Optional<Path> authFile;

        @Option(
                names = TLS_CA_FILE,
                paramLabel = "PATH",
                converter = ValueForm.PathName.class,
                description = {
                    "Trust the certificates in this file (PEM), in place of those that the system",
                    "trusts, to vouch for the origins of https:// requests that conduit forwards.",
                    "Read at start and when conduit reloads.",
                    "Default: the system's. Example: --tls-ca-file=/etc/conduit/ca.pem"
                })
        Optional<Path> caFile;

        @Option(
                names = "--via",
                paramLabel = "on|off|PSEUDONYM",
                converter = ValueForm.ViaName.class,
                defaultValue = "on",
                description = {
                    "How conduit names itself in the Via field of requests and responses that it",
                    "passes on: by a name that is new with each process, not at all, or so. A",
                    "request that carries the name has been here and is refused, so each proxy in",
                    "a chain needs its own; with off no loop through other proxies is noticed.",
                    "Default: ${DEFAULT-VALUE}. Example: --via=egress1.example"
                })
        Pseudonym pseudonym;

        /** Whether one of the flags names another way than the direct one. */
        boolean namesAParent() {
            return Stream.concat(url.map(UpstreamUrl::mode).stream(), mode.stream())
                    .anyMatch(way -> way != UpstreamMode.DIRECT);
        }
    }

    static final class Naming {
        @Option(
                names = "--dns-server",
                paramLabel = "IP[:port]",
                converter = ValueForm.NameServer.class,
                description = {
                    "Ask this name server in place of the system's. May be repeated: the next one",
                    "is asked when one fails or keeps silent. The hosts file and the search domains",
                    "of /etc/resolv.conf hold all the same.",
                    "Default: those of /etc/resolv.conf, port 53. Example: --dns-server=192.0.2.53"
                })
        List<InetSocketAddress> servers = new ArrayList<>();

        @Option(
                names = "--dns-cache",
                paramLabel = "N",
                converter = ValueForm.CacheEntries.class,
                defaultValue = "10000",
                description = {
                    "Remember the addresses of so many names at most (0 to 1000000): each as long",
                    "as its servers say, but 5 seconds at least and 1 hour at most, and for 10",
                    "seconds that there is no such name. Failures are not remembered.",
                    "Default: ${DEFAULT-VALUE}. Example: --dns-cache=0"
                })
        int cache;

        Resolving resolving() {
            return new Resolving(servers, cache);
        }
    }

    static final class Waiting {
        @Option(
                names = "--dial-timeout",
                paramLabel = "DURATION",
                converter = ValueForm.Time.class,
                defaultValue = "10s",
                description = {
                    "Bounds name lookup plus TCP connect, together.",
                    "Default: ${DEFAULT-VALUE}. Example: --dial-timeout=5s"
                })
        Duration dial;

        @Option(
                names = "--negotiation-timeout",
                paramLabel = "DURATION",
                converter = ValueForm.Time.class,
                defaultValue = "10s",
                description = {
                    "Bounds each protocol handshake: a client's from accept to request, and a",
                    "parent's from its connection to its answer. Absolute: a byte now and then",
                    "does not extend it.",
                    "Default: ${DEFAULT-VALUE}. Example: --negotiation-timeout=2s500ms"
                })
        Duration negotiation;

        @Option(
                names = "--http-idle-timeout",
                paramLabel = "DURATION",
                converter = ValueForm.Time.class,
                defaultValue = "4m",
                description = {
                    "Close an HTTP connection that is idle between requests for this long.",
                    "Default: ${DEFAULT-VALUE}. Example: --http-idle-timeout=1m30s"
                })
        Duration httpIdle;

        @Option(
                names = "--http-response-timeout",
                paramLabel = "DURATION",
                converter = ValueForm.Time.class,
                description = {
                    "Give an origin or HTTP parent up that has been sent a whole forwarded request",
                    "and answers nothing for this long; each interim response (1xx) begins it anew.",
                    "Default: never. Example: --http-response-timeout=1m"
                })
        Optional<Duration> httpResponse;

        @Option(
                names = "--tunnel-idle-timeout",
                paramLabel = "DURATION",
                converter = ValueForm.Time.class,
                description = {
                    "End a tunnel that no byte has crossed for this long, either way.",
                    "Default: never. Example: --tunnel-idle-timeout=1h"
                })
        Optional<Duration> tunnelIdle;

        @Option(
                names = "--half-close-timeout",
                paramLabel = "DURATION",
                converter = ValueForm.Time.class,
                description = {
                    "End a tunnel of which one side has finished sending, when no byte has come",
                    "from the other for this long.",
                    "Default: never. Example: --half-close-timeout=5m"
                })
        Optional<Duration> halfClose;

        Timeouts timeouts() {
            return new Timeouts(dial, negotiation, httpIdle, httpResponse);
        }

        TunnelTimeouts tunnelTimeouts(Optional<Duration> lifetime) {
            return new TunnelTimeouts(tunnelIdle, halfClose, lifetime);
        }
    }

    static final class Sockets {
        @Option(
                names = "--tcp-keepalive",
                paramLabel = "on|off|IDLE:INTVL:CNT",
                converter = ValueForm.KeepAliveTimes.class,
                defaultValue = "45:45:3",
                description = {
                    "Probe silent TCP connections, accepted and dialled ones: on takes the times",
                    "of the kernel, three numbers are seconds before the first probe (1 to 32767),",
                    "seconds between probes (1 to 32767) and unanswered probes (1 to 127).",
                    "Default: ${DEFAULT-VALUE}. Example: --tcp-keepalive=60:10:5"
                })
        KeepAlive keepAlive;

        @Option(
                names = BIND_ADDRESS,
                paramLabel = "IP",
                converter = ValueForm.SourceAddress.class,
                description = {
                    "Dial from this address of this machine. May be given twice, once for IPv4 and",
                    "once for IPv6; a family without one is dialled from where the kernel likes.",
                    "Default: none. Example: --bind-address=192.0.2.7"
                })
        List<InetAddress> sources = new ArrayList<>();

        @Option(
                names = "--fwmark",
                paramLabel = "N",
                converter = ValueForm.Mark.class,
                description = {
                    "Mark whatever is dialled, name servers too (SO_MARK), for the routing rules",
                    "and the firewall of this machine; 1 to 4294967295, or hexadecimal after 0x.",
                    "Linux only; needs CAP_NET_ADMIN, or since Linux 5.17 CAP_NET_RAW.",
                    "Default: none. Example: --fwmark=0x2a"
                })
        Optional<Fwmark> mark;

        @Option(
                names = TPROXY_SPOOF_SOURCE,
                arity = "0",
                description = {
                    "Dial for a client of --tproxy-listen from the client's own address, and for",
                    "others as before. Rules and routes must bring the answers back here. Only",
                    "with the direct way out; needs CAP_NET_RAW or CAP_NET_ADMIN.",
                    "Default: off. Example: --tproxy-spoof-source"
                })
        boolean spoofSource;

        Dialling dialling() {
            return Dialling.from(sources, mark, spoofSource ? SeenAs.CLIENT : SeenAs.CONDUIT);
        }
    }

    static final class Relay {
        @Option(
                names = "--relay",
                paramLabel = "auto|splice|copy",
                converter = ValueForm.Relay.class,
                defaultValue = "auto",
                description = {
                    "How the kernel moves a tunnel's bytes: through a buffer, without leaving the",
                    "kernel, or whichever is cheaper at the moment. For comparison and diagnosis;",
                    "on other systems than Linux always a copy.",
                    "Default: ${DEFAULT-VALUE}. Example: --relay=copy"
                })
        RelayMode mode;

        @Option(
                names = "--threads",
                paramLabel = "N",
                converter = ValueForm.Threads.class,
                description = {
                    "Event loops (1 to 1024). Each connection lives on one of them.",
                    "Default: one per processor. Example: --threads=4"
                })
        Optional<Integer> threads;

        Relaying relaying(TunnelTimeouts timeouts) {
            return new Relaying(mode, timeouts, threads.orElseGet(Options::processors));
        }
    }

    private static int processors() {
        return Math.min(Runtime.getRuntime().availableProcessors(), Relaying.MOST_THREADS);
    }
}
