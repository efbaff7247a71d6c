package conduit.bench.policy;

import conduit.address.Destination;
import conduit.address.IpLiteral;
import conduit.address.Network;
import conduit.config.Inbound;
import conduit.config.rules.Action;
import conduit.config.rules.Guarding;
import conduit.config.rules.Rule;
import conduit.config.rules.RuleSet;
import conduit.config.rules.Target;
import conduit.policy.Access;
import conduit.policy.Decision;
import conduit.policy.Policy;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** What a decision costs with 10,000 networks and 100,000 names in the rules. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecisionBenchmark {

    private static final int NETWORKS = 10_000;
    private static final int NAMES = 100_000;

    /** So many that no branch of the processor is predicted by rote. */
    private static final int ACCESSES = 4_096;

    /** How they are spread: over one rule, a rule each, or a rule each for another client. */
    public enum Spread {
        ONE_RULE,
        A_RULE_EACH,
        A_CLIENT_EACH
    }

    @Param public Spread spread;

    private final Random random = new Random(7);
    private final List<InetAddress> known = new ArrayList<>();
    private final Access[] names = new Access[ACCESSES];
    private final Access[] others = new Access[ACCESSES];
    private final InetAddress[] ipv4 = new InetAddress[ACCESSES];
    private final InetAddress[] ipv6 = new InetAddress[ACCESSES];
    private Policy policy;
    private int next;

    /** Begins the measurement, with the allocation too. */
    public static void main(String[] args) throws RunnerException {
        new Runner(
                        new OptionsBuilder()
                                .include(DecisionBenchmark.class.getSimpleName())
                                .addProfiler(GCProfiler.class)
                                .build())
                .run();
    }

    @Setup
    public void rules() {
        List<Target> networks = some(NETWORKS, () -> new Target.In(network()));
        List<Target> targets = new ArrayList<>(networks);
        targets.addAll(some(NAMES / 2, () -> new Target.Named(name())));
        targets.addAll(some(NAMES / 2, () -> new Target.Under(name())));
        List<Rule> rules =
                switch (spread) {
                    case ONE_RULE -> List.of(rule(List.of(), targets));
                    case A_RULE_EACH ->
                            targets.stream()
                                    .map(target -> rule(List.of(), List.of(target)))
                                    .toList();
                    case A_CLIENT_EACH ->
                            networks.stream()
                                    .map(from ->
                                            rule(
                                                    List.of(((Target.In) from).network()),
                                                    List.of(new Target.Under("example"))))
                                    .toList();
                };
        policy = new Policy(new RuleSet(rules, Action.ALLOW), Guarding.STRICT, true);
        for (int i = 0; i < ACCESSES; i++) {
            String asked =
                    switch (random.nextInt(3)) {
                        case 0 -> targets.get(NETWORKS + random.nextInt(NAMES)).toString();
                        case 1 -> "www" + targets.get(NETWORKS + NAMES / 2 + random.nextInt(9));
                        default -> "www." + name();
                    };
            names[i] =
                    access(
                            new Destination.Name(
                                    asked.startsWith(".") ? asked.substring(1) : asked, 443));
            ipv4[i] = address(4);
            ipv6[i] = address(16);
            others[i] = access(new Destination.Name("www." + name(), 443));
        }
    }

    private static <T> List<T> some(int count, Supplier<? extends T> one) {
        return Stream.<T>generate(one).distinct().limit(count).toList();
    }

    private Rule rule(List<Network> from, List<Target> to) {
        return new Rule(Action.DENY, from, Set.of(), Set.of(), to, List.of(), false, "bench");
    }

    private Access access(Destination destination) {
        return new Access(
                address(4), false, Optional.of("joe"), Inbound.CONNECT, destination);
    }

    private Network network() {
        InetAddress address = address(random.nextInt(4) == 0 ? 16 : 4);
        byte[] bytes = address.getAddress();
        int bits = bytes.length * Byte.SIZE;
        int prefix = bits == 32 ? 12 + random.nextInt(21) : 24 + random.nextInt(41);
        for (int bit = prefix; bit < bits; bit++) {
            bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >> bit % Byte.SIZE);
        }
        known.add(address);
        return new Network(IpLiteral.ofBytes(bytes), prefix);
    }

    /** A public one; half of the time one that is in a network of the rules. */
    private InetAddress address(int length) {
        if (known.size() > NETWORKS && random.nextBoolean()) {
            InetAddress address = known.get(random.nextInt(known.size()));
            if (address.getAddress().length == length) {
                return address;
            }
        }
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        bytes[0] = length == 4 ? (byte) (20 + random.nextInt(60)) : 0x2a;
        return IpLiteral.ofBytes(bytes);
    }

    private String name() {
        String top = List.of("com", "example", "org").get(random.nextInt(3));
        return Integer.toString(random.nextInt(1 << 24), 36)
                + ".n"
                + random.nextInt(5_000)
                + "."
                + top;
    }

    private int next() {
        next = (next + 1) & (ACCESSES - 1);
        return next;
    }

    @Benchmark
    public Decision askName() {
        return policy.asked(names[next()]);
    }

    @Benchmark
    public Decision dialIpv4() {
        int at = next();
        return policy.dialling(others[at], ipv4[at]);
    }

    @Benchmark
    public Decision dialIpv6() {
        int at = next();
        return policy.dialling(others[at], ipv6[at]);
    }
}
