package conduit.doctor.look;

import conduit.doctor.ask.Found;
import conduit.doctor.ask.Json;
import conduit.doctor.ask.Programs;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.IptablesReader;
import conduit.doctor.rules.Leftover;
import conduit.doctor.rules.NftReader;
import conduit.doctor.rules.NftSets;
import conduit.doctor.rules.Ruleset;
import conduit.linux.Presence;
import conduit.linux.Trial;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks at the machine, which it leaves as it is. Everything that cannot be seen says why. */
public final class Look {

    private static final List<String> SETTINGS =
            List.of(
                    "net/ipv4/ip_forward",
                    "net/ipv6/conf/all/forwarding",
                    "net/ipv6/conf/all/disable_ipv6",
                    "net/ipv4/ip_local_port_range",
                    "net/core/somaxconn",
                    "net/netfilter/nf_conntrack_max",
                    "net/netfilter/nf_conntrack_count",
                    "net/bridge/bridge-nf-call-iptables",
                    "net/bridge/bridge-nf-call-ip6tables",
                    "fs/pipe-max-size",
                    "fs/pipe-user-pages-soft",
                    Settings.RELEASE);

    private static final List<String> SETTINGS_OF_INTERFACES =
            List.of("rp_filter", "route_localnet", "src_valid_mark");

    private Look() {}

    /** What the machine is like; of sockets, those that listen on these ports or on the rules'. */
    public static Machine around(Set<Integer> ports) {
        Found<Ruleset> rules = rules();
        Set<Integer> all =
                Stream.concat(
                                ports.stream(),
                                rules.seen().stream()
                                        .flatMap(seen -> seen.catches().stream())
                                        .map(Ruleset.Catch::port))
                        .collect(Collectors.toSet());
        List<Device> devices = devices();
        return new Machine(
                rules,
                routing(),
                listening(all),
                settings(devices),
                devices,
                Processes.self(),
                Map.of(
                        Family.IPV4, Trial.transparentIpv4(),
                        Family.IPV6, Trial.transparentIpv6()),
                expressions(),
                bridges(),
                leftovers(rules));
    }

    /** A canary is seen before anything that is its own, so this is asked behind the rules. */
    private static List<Leftover> leftovers(Found<Ruleset> rules) {
        try {
            Set<String> living = Presence.names();
            return rules.seen().stream()
                    .flatMap(seen -> seen.leftovers().stream())
                    .filter(leftover -> !living.contains(leftover.tag().shown()))
                    .toList();
        } catch (IOException nobodyKnows) {
            return List.of();
        }
    }

    private static Found<Ruleset> rules() {
        Found<Ruleset> nft = nft();
        Optional<Ruleset> old =
                Stream.of(
                                iptables("iptables-save", Family.IPV4),
                                iptables("ip6tables-save", Family.IPV6))
                        .flatMap(Optional::stream)
                        .reduce(Ruleset::and);
        return together(nft, old);
    }

    /** Without elements of sets, but for those that have to be known. */
    private static Found<Ruleset> nft() {
        Found<Json> ruleset = json("nft", "-j", "-t", "list", "ruleset");
        if (ruleset instanceof Found.Seen<Json>(Json terse)) {
            List<Found<Json>> sets =
                    NftSets.toList(terse).stream()
                            .map(set -> json(("nft -j list " + set).split(" ", -1)))
                            .toList();
            // One may have gone meanwhile.
            return sets.stream().anyMatch(Found.Unseen.class::isInstance)
                    ? json("nft", "-j", "list", "ruleset").map(NftReader::read)
                    : new Found.Seen<>(
                            NftReader.read(
                                    terse,
                                    sets.stream().flatMap(set -> set.seen().stream()).toList()));
        }
        return ruleset.map(NftReader::read);
    }

    /**
     * What iptables lists is no answer to what nft was asked, unless a listener's rule is in it.
     */
    static Found<Ruleset> together(Found<Ruleset> nft, Optional<Ruleset> old) {
        return switch (nft) {
            case Found.Seen<Ruleset>(Ruleset rules) ->
                    new Found.Seen<>(old.map(rules::and).orElse(rules));
            case Found.Unseen<Ruleset> _ ->
                    old.filter(rules -> !rules.catches().isEmpty())
                            .<Found<Ruleset>>map(Found.Seen::new)
                            .orElse(nft);
        };
    }

    private static Optional<Ruleset> iptables(String program, Family family) {
        return Programs.ask(program).seen().map(saved -> IptablesReader.read(family, saved));
    }

    private static Found<Routing> routing() {
        Map<Family, List<Routing.Rule>> rules = new EnumMap<>(Family.class);
        Map<Family, List<Routing.Route>> routes = new EnumMap<>(Family.class);
        for (Family family : Family.values()) {
            String option = family == Family.IPV4 ? "-4" : "-6";
            Found<Json> some = json("ip", option, "-j", "rule");
            Found<Json> others = json("ip", option, "-j", "route", "show", "table", "all");
            if (some instanceof Found.Unseen<Json>(String why)) {
                return new Found.Unseen<>(why);
            }
            some.seen()
                    .ifPresent(
                            said -> rules.put(family, said.items().map(Routing.Rule::of).toList()));
            others.seen()
                    .ifPresent(said ->
                            routes.put(family, said.items().map(Routing.Route::of).toList()));
        }
        return new Found.Seen<>(new Routing(rules, routes));
    }

    private static Found<Json> json(String... command) {
        return switch (Programs.ask(command)) {
            case Found.Seen<String>(String text) -> Json.parse(text);
            case Found.Unseen<String>(String why) -> new Found.Unseen<>(why);
        };
    }

    private static List<Listening> listening(Set<Integer> ports) {
        List<SocketTable.Entry> entries =
                entries()
                        .filter(SocketTable.Entry::listens)
                        .filter(entry -> ports.contains(entry.local().getPort()))
                        .toList();
        Map<Long, Owner> owners =
                Processes.holding(
                        entries.stream().map(SocketTable.Entry::inode).collect(Collectors.toSet()));
        Map<Long, SocketOptions> options =
                Programs.ask("ss", "-HtlneO", "--inet-sockopt")
                        .seen()
                        .map(SocketOptions::read)
                        .orElse(Map.of());
        return entries.stream()
                .map(entry ->
                        options.getOrDefault(entry.inode(), SocketOptions.UNKNOWN)
                                .of(entry, Optional.ofNullable(owners.get(entry.inode()))))
                .toList();
    }

    /** All TCP sockets of the network namespace of the thread. */
    public static Stream<SocketTable.Entry> entries() {
        return Stream.of("/proc/thread-self/net/tcp", "/proc/thread-self/net/tcp6")
                .flatMap(table -> SocketTable.read(lines(Path.of(table)).stream()).stream());
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException notHere) {
            return List.of();
        }
    }

    /** Java knows only those that have an address. */
    private static List<Device> devices() {
        Map<String, List<InetAddress>> addresses = addresses();
        return lines(Path.of("/proc/thread-self/net/dev")).stream()
                .filter(line -> line.indexOf(':') >= 0)
                .map(line -> line.substring(0, line.indexOf(':')).strip())
                .map(name -> new Device(name, addresses.getOrDefault(name, List.of())))
                .toList();
    }

    private static Map<String, List<InetAddress>> addresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .collect(
                            Collectors.toMap(
                                    NetworkInterface::getName,
                                    device -> device.inetAddresses().toList()));
        } catch (SocketException e) {
            return Map.of();
        }
    }

    private static Settings settings(List<Device> devices) {
        Map<String, String> values = new HashMap<>();
        List<String> paths = new ArrayList<>(SETTINGS);
        for (String name : SETTINGS_OF_INTERFACES) {
            paths.add("net/ipv4/conf/all/" + name);
            devices.forEach(device -> paths.add("net/ipv4/conf/" + device.name() + "/" + name));
        }
        for (String path : paths) {
            lines(Path.of("/proc/sys", path)).stream()
                    .findFirst()
                    .ifPresent(value -> values.put(path, value.strip()));
        }
        return new Settings(values);
    }

    private static Map<Expression, Found<String>> expressions() {
        Map<Expression, Found<String>> found = new EnumMap<>(Expression.class);
        for (Expression expression : Expression.values()) {
            found.put(expression, Programs.tell(expression.trial(), "nft", "-c", "-f", "-"));
        }
        return found;
    }

    private static List<String> bridges() {
        return json("ip", "-j", "link", "show", "type", "bridge").seen().stream()
                .flatMap(Json::items)
                .flatMap(link -> link.get("ifname").text().stream())
                .toList();
    }
}
