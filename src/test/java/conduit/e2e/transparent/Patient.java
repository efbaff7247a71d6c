package conduit.e2e.transparent;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Launch;
import conduit.e2e.kit.TestProxy;
import java.util.ArrayList;
import java.util.List;

/** A gateway with a conduit, for the doctor to look at. */
final class Patient implements AutoCloseable {

    private final Networks networks = new Networks();
    private final List<TestProxy> proxies = new ArrayList<>();

    /** Where the first conduit listens; whoever is started in its place is told to use it, too. */
    final int port;

    Patient() {
        port = start(Launch.withOnly("--tproxy-listen=[::]:0", "--fwmark=7")).tproxy().getPort();
    }

    TestProxy start(Launch launch) {
        TestProxy proxy = networks.start(launch.with("--http-listen=127.0.0.1:0"));
        proxies.add(proxy);
        return proxy;
    }

    /** Rules of nftables, in which the port is filled in. */
    void rules(String text) {
        networks.rules(text.formatted(port));
    }

    /** Rules of conduit's own in place of the routes that the gateway has. */
    void install(String flags) {
        withoutRoutes();
        inShell("conduit tproxy rules --to-port=%d %s --apply".formatted(port, flags));
    }

    /** Takes away what the gateway has for TPROXY beside the rules. */
    void withoutRoutes() {
        inShell(
                """
                ip rule del fwmark 1
                ip -6 rule del fwmark 1
                ip route flush table 100
                ip -6 route flush table 100
                """);
    }

    /** Runs shell commands, of which conduit is one. */
    void inShell(String commands) {
        networks.inShell(commands);
    }

    /** What a shell command prints. */
    String says(String command) {
        return networks.onGateway(command);
    }

    /** The doctor's opinion of conduit as it was started at first. */
    Examined examine() {
        return examine("--tproxy-listen=[::]:" + port, "--fwmark=7");
    }

    Examined examine(String... flags) {
        List<String> all = new ArrayList<>(List.of(flags));
        all.add("--connections=100");
        return networks.examine(List.of(), all.toArray(String[]::new));
    }

    /** The same by a doctor that may do less, with {@code --canary}. */
    Examined examineUnder(String... program) {
        return networks.examine(List.of(program), "--canary", "--connections=100");
    }

    /** The process of the first conduit. */
    long pid() {
        return proxies.getFirst().pid();
    }

    /** The last conduit ends; the rules stay. */
    void endConduit() throws InterruptedException {
        assertThat(proxies.getLast().terminate()).isZero();
    }

    /** A command {@code conduit ...} is run by the test, which must know when it is ready. */
    void startAs(String command) {
        int conduit = command.indexOf("conduit ");
        String[] flags = command.substring(conduit + "conduit ".length()).split(" ", -1);
        String prefix = command.substring(0, conduit).strip();
        start(
                Launch.withOnly(flags)
                        .under(prefix.isEmpty() ? new String[0] : prefix.split(" ", -1)));
    }

    @Override
    public void close() {
        proxies.forEach(networks::stop);
        networks.close();
    }
}
