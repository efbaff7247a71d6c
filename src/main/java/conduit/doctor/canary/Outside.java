package conduit.doctor.canary;

import conduit.doctor.ask.Found;
import conduit.doctor.ask.Programs;
import conduit.doctor.look.Device;
import conduit.doctor.look.Machine;
import conduit.doctor.look.Routing;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.Tag;
import conduit.linux.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A network of the canary's own behind an interface of this machine, as a client's network is.
 * Linux gives it to one thread, and with this thread it is gone, and the interface with it: also
 * when the process is killed.
 */
final class Outside implements AutoCloseable {

    /** Of ours to give (IEEE 802: locally administered), and on a cable that nobody else is on. */
    private static final String HERE = "02:00:00:00:00:01";

    private static final String THERE = "02:00:00:00:00:02";

    private static final int MOST_NETS = 255;

    private final ExecutorService inside =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("canary").factory());

    /** Why a version of IP is not possible there. */
    private final Map<Family, String> refusals = new EnumMap<>(Family.class);

    /** The interface on this machine, to which the canary is what arrives from outside. */
    private final String device;

    private boolean connected;

    private Outside(Tag tag) {
        device = tag.device();
    }

    /** Builds it, or says why that is not possible. */
    static Found<Outside> build(Machine machine, Tag tag) {
        Outside outside = new Outside(tag);
        Optional<String> refused =
                outside.call(Trial::ownNetwork)
                        // Two canaries at once do not see each other's nets.
                        .or(() -> outside.connect(machine, 1 + tag.number() % MOST_NETS));
        if (refused.isPresent()) {
            outside.close();
            return new Found.Unseen<>(refused.get());
        }
        return new Found.Seen<>(outside);
    }

    private Optional<String> connect(Machine machine, int first) {
        Optional<Integer> free = freeNet(machine, first);
        if (free.isEmpty()) {
            return Optional.of("all of 198.18.0.0/16 is in use here");
        }
        String network = call(Outside::path);
        Optional<String> refused =
                failure(
                                "link add %s address %s type veth peer name canary address %s netns %s"
                                        .formatted(device, HERE, THERE, network))
                        .or(() -> {
                            connected = true;
                            return failure("link set " + device + " up");
                        })
                        .or(() -> call(() -> failure("link set canary up")));
        if (refused.isEmpty()) {
            address(Family.IPV4, net4(free.get()), "/30");
            address(Family.IPV6, net6(free.get()), "/64 nodad");
        }
        return refused;
    }

    /**
     * Gives both ends an address; a machine may be without one of the versions of IP. Each knows
     * the other's: a firewall may drop questions for it, and take those of clients.
     */
    private void address(Family family, String net, String rest) {
        String option = family.option();
        String add = option + "addr add " + net;
        String neighbour = option + "neigh replace %s lladdr %s nud permanent dev %s";
        firstFailure(
                        Stream.of(
                                add + "1" + rest + " dev " + device,
                                neighbour.formatted(net + "2", THERE, device)))
                .or(() ->
                        call(() ->
                                firstFailure(
                                        Stream.of(
                                                add + "2" + rest + " dev canary",
                                                neighbour.formatted(net + "1", HERE, "canary"),
                                                option + "route add default via " + net + "1"))))
                .ifPresent(why -> refusals.put(family, why));
    }

    /** Why no canary of this version of IP can be sent; empty when it can. */
    Optional<String> refusal(Family family) {
        return Optional.ofNullable(refusals.get(family));
    }

    private static Optional<String> firstFailure(Stream<String> commands) {
        return commands.flatMap(command -> failure(command).stream()).findFirst();
    }

    private static Optional<String> failure(String command) {
        String[] words = ("ip " + command).split(" ", -1);
        return Programs.ask(words) instanceof Found.Unseen<String>(String why)
                ? Optional.of(why)
                : Optional.empty();
    }

    /** A net that no address or route of this machine has to do with, from this one upwards. */
    static Optional<Integer> freeNet(Machine machine, int first) {
        List<String> taken =
                Stream.concat(
                                machine.devices().stream()
                                        .map(Device::addresses)
                                        .flatMap(List::stream)
                                        .map(address -> address.getHostAddress()),
                                machine.routing().seen().stream()
                                        .flatMap(routing ->
                                                Stream.of(Family.values())
                                                        .map(routing::routes)
                                                        .flatMap(List::stream))
                                        .filter(route -> !route.isDefault())
                                        .map(Routing.Route::destination))
                        .toList();
        // A route to more than one of them does not show which it leaves.
        if (taken.stream().anyMatch(to -> to.matches("198\\.1[89]\\..*/(?:\\d|1\\d|2[0-3])"))) {
            return Optional.empty();
        }
        return IntStream.range(0, MOST_NETS)
                .map(step -> 1 + (first - 1 + step) % MOST_NETS)
                .filter(net ->
                        taken.stream()
                                .noneMatch(to ->
                                        to.startsWith(net4(net))
                                                || to.startsWith(
                                                        net6(net)
                                                                .substring(
                                                                        0,
                                                                        net6(net).length() - 1))))
                .boxed()
                .findFirst();
    }

    /** RFC 2544: for measurements between networks, on no network of others. */
    private static String net4(int number) {
        return "198.18." + number + ".";
    }

    /** RFC 5180, the same for IPv6. */
    private static String net6(int number) {
        return "2001:2:0:" + Integer.toHexString(number) + "::";
    }

    private static String path() throws IOException {
        return "/proc/" + Files.readSymbolicLink(Path.of("/proc/thread-self")) + "/ns/net";
    }

    /** What a step answers when it is done in the canary's network. */
    <T> T call(Callable<T> step) {
        try {
            return inside.submit(step).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a step of the canary failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        inside.shutdownNow();
        if (connected) {
            // It would go with the thread, but not before the kernel finds time for it.
            Programs.ask("ip", "link", "del", device);
        }
    }
}
