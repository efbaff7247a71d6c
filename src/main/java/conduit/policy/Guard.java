package conduit.policy;

import conduit.address.Network;
import conduit.config.rules.Action;
import conduit.config.rules.Guarding;
import conduit.config.rules.Rule;
import conduit.config.rules.Target;
import conduit.policy.Decision.Verdict;
import conduit.policy.SpecialPurpose.GuardedBy;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Refuses special-purpose addresses, by the smallest block that an address is in, and by that of
 * the IPv4 address in it. Immutable; its refusals are made beforehand.
 */
final class Guard {

    private final Guarding guarding;
    private final NetworkTree blocks;
    private final List<GuardedBy> guardedBy;
    private final List<Decision> refusals;
    private final Map<Embedding, List<Decision>> innerRefusals = new EnumMap<>(Embedding.class);

    Guard(Guarding guarding) {
        this.guarding = guarding;
        List<SpecialPurpose> inFile = SpecialPurpose.blocks();
        blocks = NetworkTree.of(inFile.stream().map(SpecialPurpose::network).toList());
        List<SpecialPurpose> inOrder =
                inFile.stream()
                        .sorted(Comparator.comparingInt(block -> blocks.around(block.network())))
                        .toList();
        guardedBy = inOrder.stream().map(SpecialPurpose::guardedBy).toList();
        refusals = inOrder.stream().map(block -> refusal(block.toString())).toList();
        for (Embedding embedding : Embedding.values()) {
            innerRefusals.put(
                    embedding,
                    inOrder.stream().map(block -> refusal(embedded(block, embedding))).toList());
        }
    }

    private static String embedded(SpecialPurpose block, Embedding embedding) {
        return block + ", embedded in " + embedding.prefix();
    }

    private static Decision refusal(String block) {
        return new Decision(new Verdict.Guarded(block), Optional.empty());
    }

    /** What it says against an address that a rule with these exceptions allows; or null. */
    @Nullable Decision refusal(Access access, long high, long low, Exceptions exceptions) {
        if (guarding == Guarding.OFF || (guarding == Guarding.LOCAL && access.onThisMachine())) {
            return null;
        }
        int block = blocks.smallest(high, low);
        if (refuses(block) && !exceptions.hold(high, low, guardedBy.get(block))) {
            return refusals.get(block);
        }
        Embedding embedding = Embedding.of(high, low);
        if (embedding == null) {
            return null;
        }
        int inner = blocks.smallest(0, Bits.mapped(embedding.ipv4(high, low)));
        return refuses(inner) && !exceptions.holdInner(high, low, guardedBy.get(inner))
                ? Objects.requireNonNull(innerRefusals.get(embedding)).get(inner)
                : null;
    }

    private boolean refuses(int block) {
        return block != NetworkTree.NONE
                && switch (guardedBy.get(block)) {
                    case LOCAL -> true;
                    case STRICT -> guarding == Guarding.STRICT;
                    case NOBODY -> false;
                };
    }

    /** What a rule takes out of it. */
    Exceptions of(Rule rule) {
        if (guarding == Guarding.OFF || rule.action() != Action.ALLOW) {
            return Exceptions.NONE;
        }
        List<Network> networks =
                rule.to().stream()
                        .filter(Target.In.class::isInstance)
                        .map(target -> ((Target.In) target).network())
                        .toList();
        return networks.isEmpty()
                ? Exceptions.NONE
                : new Exceptions(
                        those(networks, this::isLocal),
                        those(networks, this::isGuarded),
                        those(networks, inner(this::isLocal)),
                        those(networks, inner(this::isGuarded)));
    }

    private static NetworkTree those(List<Network> networks, Predicate<Network> test) {
        List<Network> some = networks.stream().filter(test).toList();
        return some.isEmpty() ? NetworkTree.EMPTY : NetworkTree.of(some);
    }

    private static Predicate<Network> inner(Predicate<Network> test) {
        return network -> Embedding.innerOf(network).filter(test).isPresent();
    }

    private boolean isLocal(Network network) {
        return isWithin(network, by -> by == GuardedBy.LOCAL);
    }

    private boolean isGuarded(Network network) {
        return isWithin(network, by -> by != GuardedBy.NOBODY);
    }

    private boolean isWithin(Network network, Predicate<GuardedBy> test) {
        int block = blocks.around(network);
        while (block != NetworkTree.NONE && !test.test(guardedBy.get(block))) {
            block = blocks.parent(block);
        }
        return block != NetworkTree.NONE;
    }
}
