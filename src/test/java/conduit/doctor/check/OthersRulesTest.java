package conduit.doctor.check;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.doctor.look.Owner;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is not conduit's, or cannot be known, is not spoken of as if it were. */
class OthersRulesTest {

    @Test
    void leavesRulesOfOtherProgramsAlone() {
        Facts facts =
                new Facts()
                        .iptables(
                                "*nat\n-A PREROUTING -i out0 -p tcp -m tcp --dport 80"
                                        + " -j REDIRECT --to-ports 8080\n");
        Finding finding = facts.finding("rules");
        assertThat(((Finding.Fail) finding).mend())
                .startsWith("conduit tproxy rules --to-port=8081 ");
    }

    @Test
    void claimsNothingThatDependsOnRulesItCannotSee() {
        Owner nobody =
                new Owner(1, "java", 65_534, 65_534, 0, 0, 9, 9, List.of("conduit", "doctor"));
        Facts facts = new Facts().unseenRules("not permitted").withoutConduit().examinedBy(nobody);
        assertThat(facts.findings())
                .extracting(Finding::check)
                .doesNotContain("transparent", "capability");
        facts.spoofing();
        assertThat(facts.finding("capability").says()).contains("--tproxy-spoof-source needs it");
    }

    @Test
    void knowsThatARuleForOtherUsersLeavesConduitAlone() {
        String own = "*nat\n-A OUTPUT -p tcp -m owner --uid-owner %d -j REDIRECT --to-ports 8081\n";
        assertThat(new Facts().iptables(own.formatted(1000)).finding("own-traffic"))
                .isInstanceOf(Finding.Ok.class);
        assertThat(new Facts().iptables(own.formatted(13)).finding("own-traffic"))
                .isInstanceOf(Finding.Fail.class);
    }
}
