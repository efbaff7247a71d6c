package conduit.policy;

import conduit.address.Destination;
import conduit.config.rules.Action;
import conduit.config.rules.Rule;
import conduit.config.rules.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Those rules that decide, or those that are only reported, by their destinations. A rule is known
 * by its ordinal, its place among all rules. Immutable.
 */
final class RuleIndex {

    private final NameIndex byName;
    private final NetworkIndex byNetwork;
    private final NetworkIndex byEmbedded;
    private final Shortlist toAnything;
    private final Shortlist aboutNetworks;
    private final Shortlist allowingNetworks;

    /** Of the rules that pass the test. */
    RuleIndex(List<Rule> rules, Predicate<Rule> test, Shortlist.Maker shortlists) {
        NameIndex.Maker names = new NameIndex.Maker();
        NetworkIndex.Maker networks = new NetworkIndex.Maker();
        NetworkIndex.Maker embedded = new NetworkIndex.Maker();
        List<Integer> anything = new ArrayList<>();
        List<Integer> undecided = new ArrayList<>();
        List<Integer> allowing = new ArrayList<>();
        for (int ordinal = 0; ordinal < rules.size(); ordinal++) {
            Rule rule = rules.get(ordinal);
            if (!test.test(rule)) {
                continue;
            }
            if (rule.to().isEmpty() || rule.to().contains(new Target.Anything())) {
                anything.add(ordinal);
                continue;
            }
            if (rule.to().stream().anyMatch(Target.In.class::isInstance)) {
                undecided.add(ordinal);
                if (rule.action() == Action.ALLOW) {
                    allowing.add(ordinal);
                }
            }
            for (Target target : rule.to()) {
                switch (target) {
                    case Target.Named(String name) -> names.addName(name, ordinal);
                    case Target.Under(String apex) -> names.addApex(apex, ordinal);
                    case Target.In(var network) -> {
                        networks.add(network, ordinal);
                        if (network.isIpv4() && rule.action() != Action.ALLOW) {
                            embedded.add(network, ordinal);
                        }
                    }
                    case Target.Anything() -> {}
                }
            }
        }
        byName = names.make(shortlists::of);
        byNetwork = networks.make(shortlists::of);
        byEmbedded = embedded.make(shortlists::of);
        toAnything = shortlists.of(anything);
        aboutNetworks = shortlists.of(undecided);
        allowingNetworks = shortlists.of(allowing);
    }

    /**
     * The ordinal of the first rule that matches an access whose addresses are not known, or {@link
     * Shortlist#NO_RULE}.
     *
     * @param high of the client's address
     * @param low of the client's address
     */
    int first(Access access, long high, long low) {
        int first = toAnything.first(access, high, low, Shortlist.NO_RULE);
        return access.destination() instanceof Destination.Name name
                ? byName.first(name.name(), access, high, low, first)
                : first;
    }

    /**
     * The same when an address is dialled. A rule that denies, or reports that it would, holds for
     * an IPv4 address however it is spelled; one that allows, for the spelling that it names.
     */
    int first(Access access, long high, long low, long dialledHigh, long dialledLow) {
        int first = first(access, high, low);
        first = byNetwork.first(dialledHigh, dialledLow, access, high, low, first);
        Embedding embedding = Embedding.of(dialledHigh, dialledLow);
        if (embedding == null) {
            return first;
        }
        long ipv4 = Bits.mapped(embedding.ipv4(dialledHigh, dialledLow));
        return byEmbedded.first(0, ipv4, access, high, low, first);
    }

    /**
     * The first rule that some address of the name would make match, if it comes before this one;
     * otherwise this one.
     */
    int firstByAddress(Access access, long high, long low, int before) {
        return aboutNetworks.first(access, high, low, before);
    }

    /** The same of the rules that allow. */
    int firstAllowingByAddress(Access access, long high, long low, int before) {
        return allowingNetworks.first(access, high, low, before);
    }
}
