package conduit.e2e.transparent;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Launch;
import conduit.e2e.kit.TestProxy;
import conduit.tproxy.CannotInstallException;
import java.util.ArrayList;
import java.util.List;

/** A gateway with a conduit, for the doctor to look at. */
final class Patient implements AutoCloseable {

    private final Networks networks = new Networks();
    private final List<TestProxy> proxies = new ArrayList<>();
    private boolean ended;

    /** Where the first conduit listens; whoever is started in its place is told to use it, too. */
    final int port;

    Patient() {
        port = start(Launch.withOnly("--tproxy-listen=[::]:0", "--fwmark=7")).tproxy().getPort();
    }

    TestProxy start(Launch launch) {
        TestProxy proxy = networks.start(launch.with("--http-listen=127.0.0.1:0"));
        proxies.add(proxy);
        ended = false;
        return proxy;
    }

    /** Rules of nftables, in which the port is filled in. */
    void rules(String text) {
        networks.rules(text.formatted(port));
    }

    /** Rules of conduit's own in place of the routes that the gateway has. */
    void install(String flags) {
        withoutRoutes();
        try {
            networks.carryOut("--to-port=%d %s --apply".formatted(port, flags).split(" "));
        } catch (CannotInstallException e) {
            throw new AssertionError(e);
        }
    }

    /** Takes away what the gateway has for TPROXY beside the rules. */
    void withoutRoutes() {
        inShell(
                """
                while ip rule del fwmark 1 2>/dev/null; do :; done
                while ip -6 rule del fwmark 1 2>/dev/null; do :; done
                while ip rule del fwmark 2 2>/dev/null; do :; done
                while ip -6 rule del fwmark 2 2>/dev/null; do :; done
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

    /** The same with {@code --canary}, by this process. */
    Examined sendCanary() {
        return networks.examineFromHere(
                "--canary", "--tproxy-listen=[::]:" + port, "--fwmark=7", "--connections=100");
    }

    /** Begins to send a canary in a process of its own. */
    Process beginCanary() {
        return networks.begin(
                Launch.withOnly("doctor", "--canary", "--tproxy-listen=[::]:" + port));
    }

    /** After what mends it the doctor finds nothing wrong; asked by this process, too. */
    void expectHealthy() {
        networks.examineFromHere("--tproxy-listen=[::]:" + port, "--fwmark=7", "--connections=100")
                .expectHealthy();
    }

    /** Has no rules any more, and routes and a conduit as at first. */
    void recover() throws InterruptedException {
        inShell(
                """
                nft flush ruleset
                ip rule flush protocol 67
                ip -6 rule flush protocol 67
                ip route del default 2>/dev/null || :
                ip -6 route del default 2>/dev/null || :
                ip link del bare 2>/dev/null || :
                """);
        withoutRoutes();
        networks.deliverMarked();
        if (proxies.size() > 1 || ended) {
            if (!ended) {
                endConduit();
            }
            start(Launch.withOnly("--tproxy-listen=[::]:" + port, "--fwmark=7"));
            proxies.subList(0, proxies.size() - 1).forEach(networks::stop);
            proxies.subList(0, proxies.size() - 1).clear();
        }
    }

    /** The process of the last conduit. */
    long pid() {
        return proxies.getLast().pid();
    }

    /** The last conduit ends; the rules stay. */
    void endConduit() throws InterruptedException {
        assertThat(proxies.getLast().terminate()).isZero();
        ended = true;
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
