package conduit.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Destination;
import conduit.address.Network;
import conduit.config.Inbound;
import conduit.config.Upstream;
import conduit.config.rules.Action;
import conduit.config.rules.Guarding;
import conduit.config.rules.Rule;
import conduit.config.rules.RuleSet;
import conduit.config.rules.Target;
import conduit.policy.Policy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What another configuration says to what is under way. */
class ReviewTest {

    private static final InetSocketAddress CLIENT =
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 4711);
    private static final InetAddress DENIED = InetAddress.ofLiteral("198.51.100.1");
    private static final InetAddress ALLOWED = InetAddress.ofLiteral("203.0.113.1");
    private static final Optional<Predicate<String>> EVERYBODY = Optional.empty();
    private static final Optional<Predicate<String>> BOB_ALONE = Optional.of("bob"::equals);

    private static Account account(Inbound inbound, Optional<String> user) {
        return new Account(
                _ -> {},
                CLIENT,
                user,
                inbound,
                Optional.empty(),
                new Destination.Name("several.example", 80),
                0);
    }

    private static Admissions admissions(List<Rule> rules) {
        Policy policy = new Policy(new RuleSet(rules, Action.ALLOW), Guarding.OFF, true);
        return new Admissions(policy, _ -> false);
    }

    private static Admissions denying() {
        Target target = new Target.In(Network.around(DENIED, Integer.SIZE));
        return admissions(
                List.of(
                        new Rule(
                                Action.DENY,
                                List.of(),
                                Set.of(),
                                Set.of(),
                                List.of(target),
                                List.of(),
                                false,
                                "deny")));
    }

    private static boolean denies(Optional<Predicate<String>> users, Account account) {
        return new Review(admissions(List.of()), users).denies(account);
    }

    @Test
    void deniesThoseWhoseUserIsGoneAndThoseWithoutAUserSinceThereAreUsers() {
        Optional<String> alice = Optional.of("alice");
        assertThat(denies(EVERYBODY, account(Inbound.CONNECT, alice))).isFalse();
        assertThat(denies(BOB_ALONE, account(Inbound.CONNECT, alice))).isTrue();
        assertThat(denies(BOB_ALONE, account(Inbound.SOCKS5, Optional.empty()))).isTrue();
        assertThat(denies(BOB_ALONE, account(Inbound.FORWARD, Optional.of("bob")))).isFalse();
        assertThat(denies(BOB_ALONE, account(Inbound.TRANSPARENT, Optional.empty()))).isFalse();
    }

    @Test
    void judgesTheAddressOnlyWhereConduitDialledTheDestination() {
        Account direct = account(Inbound.CONNECT, Optional.empty());
        direct.sentBy(new Upstream.Direct());
        Review review = new Review(denying(), EVERYBODY);
        assertThat(review.denies(direct)).isFalse();
        direct.reached(new InetSocketAddress(DENIED, 80));
        assertThat(review.denies(direct)).isTrue();
        Account byParent = account(Inbound.CONNECT, Optional.empty());
        byParent.sentBy(
                new Upstream.SocksParent(
                        new Destination.Name("parent.example", 1080), Optional.empty()));
        byParent.reached(new InetSocketAddress(DENIED, 1080));
        assertThat(review.denies(byParent)).isFalse();
    }

    @Test
    void hasWhatIsStillToBeDialledJudgedByTheNewRules() {
        Account account = account(Inbound.CONNECT, Optional.empty());
        Admission admission =
                new Admission(
                        admissions(List.of()).policy(),
                        denying().access(account),
                        account,
                        Optional.empty());
        account.carriedOutBy(
                new Progress() {
                    @Override
                    public Phase phase() {
                        return Phase.CONNECT;
                    }

                    @Override
                    public void judgedBy(Admissions next) {
                        admission.judgedBy(next);
                    }

                    @Override
                    public void end(Outcome outcome) {}
                });
        assertThat(admission.refusal(DENIED)).isEmpty();
        assertThat(admission.reached(Optional.of(DENIED))).isEmpty();
        assertThat(new Review(denying(), EVERYBODY).denies(account)).isFalse();
        assertThat(admission.refusal(ALLOWED)).isEmpty();
        assertThat(admission.reached(Optional.of(DENIED))).isPresent();
    }
}
