package conduit.doctor.canary;

import conduit.doctor.ask.Found;
import conduit.doctor.ask.Programs;
import conduit.doctor.look.Device;
import conduit.doctor.look.Machine;
import conduit.doctor.look.Routing;
import conduit.doctor.rules.Family;
import conduit.linux.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    /** The interface on this machine, to which the canary is what arrives from outside. */
    static final String DEVICE = "conduit-canary";

    private final ExecutorService inside =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("canary").factory());

    private Outside() {}

    /** Builds it, or says why that is not possible. */
    static Found<Outside> build(Machine machine) {
        Outside outside = new Outside();
        Optional<String> refused =
                outside.call(Trial::ownNetwork).or(() -> outside.connect(machine));
        if (refused.isPresent()) {
            outside.close();
            return new Found.Unseen<>(refused.get());
        }
        return new Found.Seen<>(outside);
    }

    private Optional<String> connect(Machine machine) {
        Optional<Integer> free = freeNet(machine);
        if (free.isEmpty()) {
            return Optional.of("all of 198.18.0.0/16 is in use here");
        }
        String four = net4(free.get());
        String six = net6(free.get());
        String network = call(Outside::path);
        return firstFailure(
                        Stream.of(
                                "link add "
                                        + DEVICE
                                        + " type veth peer name canary netns "
                                        + network,
                                "addr add " + four + "1/30 dev " + DEVICE,
                                "addr add " + six + "1/64 dev " + DEVICE + " nodad",
                                "link set " + DEVICE + " up"))
                .or(() ->
                        call(() ->
                                firstFailure(
                                        Stream.of(
                                                "addr add " + four + "2/30 dev canary",
                                                "addr add " + six + "2/64 dev canary nodad",
                                                "link set canary up",
                                                "route add default via " + four + "1",
                                                "-6 route add default via " + six + "1"))));
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

    /** The first net that no address or route of this machine has to do with. */
    static Optional<Integer> freeNet(Machine machine) {
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
        return IntStream.rangeClosed(1, 255)
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
        // It would go with the thread, but not before the kernel finds time for it.
        Programs.ask("ip", "link", "del", DEVICE);
    }
}
