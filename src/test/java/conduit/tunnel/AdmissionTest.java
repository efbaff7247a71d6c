package conduit.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Destination;
import conduit.address.Network;
import conduit.config.Inbound;
import conduit.config.rules.Action;
import conduit.config.rules.Guarding;
import conduit.config.rules.Rule;
import conduit.config.rules.RuleSet;
import conduit.config.rules.Target;
import conduit.policy.Access;
import conduit.policy.Policy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the log is told of addresses that were judged. */
class AdmissionTest {

    private static final InetSocketAddress CLIENT =
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 4711);
    private static final InetAddress DENIED = InetAddress.ofLiteral("198.51.100.1");
    private static final InetAddress ALLOWED = InetAddress.ofLiteral("203.0.113.1");

    private final List<Journal.Entry> journal = new ArrayList<>();

    private static Rule rule(Action action, InetAddress to, String where) {
        Target target = new Target.In(Network.around(to, Integer.SIZE));
        return new Rule(
                action, List.of(), Set.of(), Set.of(), List.of(target), List.of(), false, where);
    }

    /** The entry of a name whose addresses are judged one after the other. */
    private Journal.Entry judging(List<Rule> rules, InetAddress... addresses) {
        Destination name = new Destination.Name("several.example", 80);
        Account account =
                new Account(
                        journal::add,
                        CLIENT,
                        Optional.empty(),
                        Inbound.CONNECT,
                        Optional.empty(),
                        name,
                        0);
        Access access =
                new Access(CLIENT.getAddress(), false, Optional.empty(), Inbound.CONNECT, name);
        Policy policy = new Policy(new RuleSet(rules, Action.ALLOW), Guarding.OFF, true);
        Admission admission = new Admission(policy, access, account, Optional.empty());
        assertThat(admission.refusal()).isEmpty();
        for (InetAddress address : addresses) {
            assertThat(admission.refusal(address).isPresent()).isEqualTo(address.equals(DENIED));
        }
        account.close(new Ending.Ended(Outcome.COMPLETED, Party.REMOTE, Phase.RELAY), 0, 0);
        return journal.getFirst();
    }

    @Test
    void reportsNothingOfAnAddressThatIsNotDialled() {
        List<Rule> rules =
                List.of(rule(Action.REPORT, DENIED, "report"), rule(Action.DENY, DENIED, "deny"));
        Journal.Entry entry = judging(rules, DENIED, ALLOWED);
        assertThat(entry.wouldDeny()).isEmpty();
        assertThat(entry.decidedBy()).isEmpty();
    }

    @Test
    void reportsAnAddressThatIsDialled() {
        List<Rule> rules =
                List.of(rule(Action.REPORT, ALLOWED, "report"), rule(Action.DENY, DENIED, "deny"));
        assertThat(judging(rules, DENIED, ALLOWED).wouldDeny()).hasValue("report");
    }
}
