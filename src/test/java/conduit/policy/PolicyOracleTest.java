package conduit.policy;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Destination;
import conduit.address.IpLiteral;
import conduit.address.Network;
import conduit.address.Parsed;
import conduit.address.PortRange;
import conduit.config.Inbound;
import conduit.config.rules.Action;
import conduit.config.rules.Guarding;
import conduit.config.rules.Rule;
import conduit.config.rules.RuleSet;
import conduit.config.rules.Target;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The index against {@link PlainPolicy}, which tries one rule after the other. */
class PolicyOracleTest {

    private static final int ROUNDS = 600;
    private static final int ACCESSES = 100;
    private static final List<String> LABELS = List.of("a", "b", "com", "example", "x-1", "xn--p1");
    private static final List<String> USERS = List.of("ann", "bob", "eve");
    private static final List<Integer> PORTS = List.of(80, 443, 8080);

    private static final List<String> EMBEDDINGS =
            List.of(
                    "000000000000000000000000%s",
                    "00000000000000000000ffff%s",
                    "0000000000000000ffff0000%s",
                    "0064ff9b0000000000000000%s",
                    "0064ff9b0000000000000001%s",
                    "2002%s00000000000000000000");

    private final long seed = Long.getLong("e2e.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private static <T> T any(Random random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private <T> List<T> some(int most, Supplier<T> one) {
        return Stream.generate(one).limit(random.nextInt(most + 1)).distinct().toList();
    }

    /** Of very few bits, so that much matches; some with an IPv4 address inside. */
    private InetAddress address() {
        InetAddress address = plainAddress();
        if (address instanceof Inet6Address || random.nextInt(3) > 0) {
            return address;
        }
        String ipv4 = HexFormat.of().formatHex(address.getAddress());
        String embedded = any(random, EMBEDDINGS).formatted(ipv4);
        return IpLiteral.ofBytes(HexFormat.of().parseHex(embedded));
    }

    private InetAddress plainAddress() {
        byte[] bytes = new byte[random.nextInt(3) == 0 ? 16 : 4];
        bytes[0] = 0x20;
        bytes[1] = (byte) random.nextInt(3);
        bytes[bytes.length - 1] = (byte) random.nextInt(4);
        return IpLiteral.ofBytes(bytes);
    }

    private Network network() {
        InetAddress address = address();
        byte[] bytes = address.getAddress();
        int bits = bytes.length * Byte.SIZE;
        int prefix = any(random, List.of(0, 3, 15, 16, bits - 1, bits, bits));
        for (int bit = prefix; bit < bits; bit++) {
            bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >> bit % Byte.SIZE);
        }
        return new Network(IpLiteral.ofBytes(bytes), prefix);
    }

    private String name() {
        return Stream.generate(() -> any(random, LABELS))
                .limit(1 + random.nextInt(4))
                .collect(Collectors.joining("."));
    }

    private Target target() {
        return switch (random.nextInt(12)) {
            case 0 -> new Target.Anything();
            case 1, 2, 3, 4 -> new Target.Named(name());
            case 5, 6, 7 -> new Target.Under(name());
            default -> new Target.In(network());
        };
    }

    private Rule rule() {
        return new Rule(
                any(random, List.of(Action.values())),
                some(random.nextInt(4), this::network),
                random.nextInt(3) == 0 ? Set.of(any(random, USERS), "zoe") : Set.of(),
                random.nextInt(4) == 0 ? Set.of(Inbound.CONNECT, Inbound.SOCKS5) : Set.of(),
                some(random.nextInt(5), this::target),
                random.nextInt(3) == 0
                        ? List.of(new PortRange(1, 100), new PortRange(443, 443))
                        : List.of(),
                random.nextInt(9) == 0,
                "rule " + random.nextLong());
    }

    private Destination destination() {
        Parsed<Destination> destination =
                random.nextBoolean()
                        ? Destination.of(address(), any(random, PORTS))
                        : Destination.of(
                                name() + (random.nextInt(4) == 0 ? "." : ""), any(random, PORTS));
        return ((Parsed.Valid<Destination>) destination).value();
    }

    private Access access() {
        return new Access(
                address(),
                random.nextBoolean(),
                random.nextInt(3) == 0 ? Optional.empty() : Optional.of(any(random, USERS)),
                any(random, List.of(Inbound.CONNECT, Inbound.FORWARD, Inbound.SOCKS5)),
                destination());
    }

    @Test
    void decidesAsThePlainMeaningOfRulesHasIt() {
        for (int round = 0; round < ROUNDS; round++) {
            int most = any(random, List.of(3, 12, 60));
            RuleSet rules =
                    new RuleSet(
                            some(most, this::rule),
                            random.nextBoolean() ? Action.ALLOW : Action.DENY);
            boolean addressesFollow = random.nextInt(3) > 0;
            Policy policy = new Policy(rules, Guarding.OFF, addressesFollow);
            PlainPolicy plain = new PlainPolicy(rules, addressesFollow);
            for (int i = 0; i < ACCESSES; i++) {
                Access access = access();
                assertThat(policy.asked(access))
                        .as("seed %d, asked %s of %s", seed, access, rules)
                        .isEqualTo(plain.asked(access));
                InetAddress dialled = address();
                assertThat(policy.dialling(access, dialled))
                        .as("seed %d, dialling %s for %s of %s", seed, dialled, access, rules)
                        .isEqualTo(plain.dialling(access, dialled));
            }
        }
    }
}
