package conduit.doctor.rules;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rules of a machine that bring connections to listeners or mark them on the way there.
 *
 * @param dormant the rules of tables that are switched off, which bring nothing
 * @param guards the chains that drop some of what is delivered to this machine
 * @param leftovers what canaries have put there
 */
public record Ruleset(
        List<Catch> catches,
        List<Marking> markings,
        List<Catch> dormant,
        List<Guard> guards,
        List<Leftover> leftovers) {

    /** Without any rule. */
    public static final Ruleset EMPTY =
            new Ruleset(List.of(), List.of(), List.of(), List.of(), List.of());

    /** Copies the lists. */
    public Ruleset {
        catches = List.copyOf(catches);
        markings = List.copyOf(markings);
        dormant = List.copyOf(dormant);
        guards = List.copyOf(guards);
        leftovers = List.copyOf(leftovers);
    }

    /**
     * A rule that brings connections to a listener.
     *
     * @param base the chain at the hook, where an exemption has to stand
     * @param address the listener's, where the rule names one
     * @param marks what it puts on the packets
     */
    public record Catch(
            Place place,
            Place base,
            Hook hook,
            Means means,
            Reach reach,
            Optional<InetAddress> address,
            int port,
            Set<Integer> marks) {
        /** Copies the set. */
        public Catch {
            marks = Set.copyOf(marks);
        }

        /** Whether it is for what others send through this machine. */
        public boolean forOthers() {
            return hook == Hook.ARRIVING && !reach.in().loopbackOnly();
        }
    }

    /** A rule that marks packets and does nothing else with them. */
    public record Marking(Place place, Place base, Hook hook, Reach reach, int mark) {}

    /** What these chains come to. */
    static Ruleset of(List<Chain> chains) {
        Walk walk = new Walk(chains);
        chains.forEach(walk::from);
        return new Ruleset(walk.catches, walk.markings, List.of(), List.of(), List.of());
    }

    /** The same with the rules of these chains switched off, these guards and these leftovers. */
    Ruleset besides(List<Chain> asleep, List<Guard> watchful, List<Leftover> left) {
        return new Ruleset(catches, markings, of(asleep).catches(), watchful, left);
    }

    /** Both together. */
    public Ruleset and(Ruleset other) {
        return new Ruleset(
                Stream.concat(catches.stream(), other.catches.stream()).toList(),
                Stream.concat(markings.stream(), other.markings.stream()).toList(),
                Stream.concat(dormant.stream(), other.dormant.stream()).toList(),
                Stream.concat(guards.stream(), other.guards.stream()).toList(),
                Stream.concat(leftovers.stream(), other.leftovers.stream()).toList());
    }

    /** Goes through the chains as a packet does; kept for one reading. */
    private static final class Walk {
        /** Longer ways through chains the kernel refuses (nftables: NFT_JUMP_STACK_SIZE). */
        private static final int DEEPEST = 16;

        private final Map<String, Chain> byName = new HashMap<>();
        private final List<Catch> catches = new ArrayList<>();
        private final List<Marking> markings = new ArrayList<>();

        Walk(List<Chain> chains) {
            chains.forEach(chain -> byName.put(chain.name(), chain));
        }

        void from(Chain chain) {
            if (chain.hook().isPresent() && !chain.lines().isEmpty()) {
                Place base = chain.lines().getFirst().place();
                through(chain, chain.hook().get(), base, Reach.of(chain.families()), DEEPEST);
            }
        }

        private void through(Chain chain, Hook hook, Place base, Reach before, int deep) {
            Reach reach = before;
            for (Chain.Line line : chain.lines()) {
                take(line, hook, base, reach.where(line.matches()), deep);
                if (line.actions().stream().anyMatch(Action.Stop.class::isInstance)) {
                    reach = reach.behindStop(line.matches());
                }
            }
        }

        private void take(Chain.Line line, Hook hook, Place base, Reach reach, int deep) {
            Set<Integer> marks =
                    line.actions().stream()
                            .filter(Action.SetMark.class::isInstance)
                            .map(action -> ((Action.SetMark) action).mark())
                            .collect(Collectors.toSet());
            boolean brings = false;
            for (Action action : line.actions()) {
                switch (action) {
                    case Action.Bring(var means, var address, int port, var families) -> {
                        brings = true;
                        Reach left = reach.only(families);
                        if (!left.families().isEmpty()) {
                            catches.add(
                                    new Catch(
                                            line.place(),
                                            base,
                                            hook,
                                            means,
                                            left,
                                            address,
                                            port,
                                            marks));
                        }
                    }
                    case Action.Jump(String name) -> {
                        Chain to = byName.get(name);
                        if (to != null && deep > 0) {
                            through(to, hook, base, reach, deep - 1);
                        }
                    }
                    case Action.SetMark _ -> {}
                    case Action.Stop _ -> {}
                }
            }
            if (!brings && !reach.families().isEmpty()) {
                marks.forEach(
                        mark -> markings.add(new Marking(line.place(), base, hook, reach, mark)));
            }
        }
    }
}
