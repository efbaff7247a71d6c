package conduit.e2e.transparent;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Launch;
import conduit.e2e.kit.TestProxy;
import conduit.tproxy.CannotInstallException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A gateway with a conduit, for the doctor to look at. */
final class Patient implements AutoCloseable {

    private static final String RULES = "conduit tproxy rules ";

    private final Networks networks = new Networks();
    private final List<TestProxy> proxies = new ArrayList<>();
    private final Launch atFirst;
    private Optional<Launch> running = Optional.empty();

    /** Where the first conduit listens; whoever is started in its place is told to use it, too. */
    final int port;

    Patient() {
        port = start(Launch.withOnly("--tproxy-listen=[::]:0", "--fwmark=7")).tproxy().getPort();
        atFirst = Launch.withOnly("--tproxy-listen=[::]:" + port, "--fwmark=7");
        running = Optional.of(atFirst);
    }

    TestProxy start(Launch launch) {
        TestProxy proxy = networks.start(launch.with("--http-listen=127.0.0.1:0"));
        proxies.add(proxy);
        running = Optional.of(launch);
        return proxy;
    }

    /** Rules of nftables, in which the port is filled in. */
    void rules(String text) {
        networks.rules(text.formatted(port));
    }

    /** Rules of conduit's own in place of the routes that the gateway has. */
    void install(String flags) {
        withoutRoutes();
        carryOut("--to-port=%d %s --apply".formatted(port, flags));
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

    /** Runs shell commands; or conduit's rules, by this process, which is quicker. */
    void inShell(String commands) {
        if (commands.startsWith(RULES)) {
            assertThat(commands).doesNotContainPattern("['\"$;&|#]");
            carryOut(commands.substring(RULES.length()));
        } else {
            networks.inShell(commands);
        }
    }

    private void carryOut(String flags) {
        try {
            networks.carryOut(flags.split(" ", -1));
        } catch (CannotInstallException e) {
            throw new AssertionError(e);
        }
    }

    /** What a shell command prints. */
    String says(String command) {
        return networks.onGateway(command);
    }

    /**
     * The doctor's opinion of conduit as it was started at first. As the others', that of this
     * process, which is quicker than one of its own.
     */
    Examined examine() {
        return examine("--tproxy-listen=[::]:" + port, "--fwmark=7");
    }

    Examined examine(String... flags) {
        return networks.examineFromHere(limited(flags));
    }

    /** The same with {@code --canary}. */
    Examined sendCanary() {
        return examine("--canary", "--tproxy-listen=[::]:" + port, "--fwmark=7");
    }

    /** That of a doctor in a process of its own. */
    Examined examineByAnother(String... flags) {
        return networks.examine(List.of(), limited(flags));
    }

    /** That of one that this program starts, with {@code --canary}. */
    Examined examineUnder(String... program) {
        return networks.examine(List.of(program), limited("--canary"));
    }

    private static String[] limited(String... flags) {
        List<String> all = new ArrayList<>(List.of(flags));
        all.add("--connections=100");
        return all.toArray(String[]::new);
    }

    /** Begins to send a canary in a process of its own. */
    Process beginCanary() {
        return networks.begin(
                Launch.withOnly("doctor", "--canary", "--tproxy-listen=[::]:" + port));
    }

    /** The doctor finds nothing wrong, as after what mends it. */
    void expectHealthy() {
        examine().expectHealthy();
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
        if (!running.equals(Optional.of(atFirst))) {
            if (running.isPresent()) {
                endConduit();
            }
            start(atFirst);
        }
        proxies.subList(0, proxies.size() - 1).forEach(networks::stop);
        proxies.subList(0, proxies.size() - 1).clear();
    }

    /** Does this while no interface has IPv6. */
    void withoutIpv6(Runnable step) {
        inShell("sysctl -qw net.ipv6.conf.all.disable_ipv6=1");
        try {
            step.run();
        } finally {
            inShell("sysctl -qw net.ipv6.conf.all.disable_ipv6=0");
            networks.giveIpv6Again();
        }
    }

    /** The process of the last conduit. */
    long pid() {
        return proxies.getLast().pid();
    }

    /** The last conduit ends; the rules stay. */
    void endConduit() throws InterruptedException {
        assertThat(proxies.getLast().terminate()).isZero();
        running = Optional.empty();
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
