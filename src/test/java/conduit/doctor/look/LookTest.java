package conduit.doctor.look;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.doctor.ask.Found;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.IptablesReader;
import conduit.doctor.rules.Ruleset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What two programs say about the same rules. */
class LookTest {

    private static final Ruleset REDIRECT =
            IptablesReader.read(
                    Family.IPV4, "*nat\n-A PREROUTING -p tcp -j REDIRECT --to-ports 8081\n");

    @Test
    void doesNotTakeNoAnswerForNoRules() {
        Found<Ruleset> unseen = new Found.Unseen<>("nft does not answer");
        assertThat(Look.together(unseen, Optional.of(Ruleset.EMPTY))).isEqualTo(unseen);
        assertThat(Look.together(unseen, Optional.empty())).isEqualTo(unseen);
        assertThat(Look.together(unseen, Optional.of(REDIRECT)))
                .isEqualTo(new Found.Seen<>(REDIRECT));
    }

    @Test
    void putsTheRulesOfBothTogether() {
        assertThat(Look.together(new Found.Seen<>(Ruleset.EMPTY), Optional.of(REDIRECT)))
                .isEqualTo(new Found.Seen<>(REDIRECT));
        assertThat(Look.together(new Found.Seen<>(REDIRECT), Optional.empty()))
                .isEqualTo(new Found.Seen<>(REDIRECT));
    }
}
