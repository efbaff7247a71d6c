package conduit.doctor.canary;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.doctor.ask.Json;
import conduit.doctor.check.Finding;
import conduit.doctor.rules.Leftover;
import conduit.doctor.rules.NftReader;
import conduit.doctor.rules.Ruleset;
import conduit.doctor.rules.Tag;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which rules a canary can be sent through, as far as that is seen before anything is changed. */
class CanaryChoiceTest {

    private static List<Finding> send(String... objects) {
        String text = "{\"nftables\":[" + String.join(",", objects) + "]}";
        Ruleset rules = NftReader.read(Json.parse(text).seen().orElseThrow());
        return Canary.send(new Bare().rules(rules).situation(), List.of(), Duration.ZERO);
    }

    /** Whoever runs this: nft either may not, or does not understand it. */
    @Test
    void saysWhatOfADeadOneStays() {
        Leftover stays = new Leftover(new Tag("01234567"), "this", "delete nothing");
        assertThat(
                        Canary.send(new Bare().left(stays).situation(), List.of(), Duration.ZERO)
                                .getFirst())
                .isInstanceOf(Finding.Warn.class)
                .satisfies(finding -> {
                    assertThat(finding.check()).isEqualTo("left-behind");
                    assertThat(finding.says())
                            .startsWith(
                                    "a canary that was killed has left this, which stays: nft ");
                });
    }

    @Test
    void isNotSentThroughARuleForAnEmptySetOfPorts() {
        assertThat(
                        send(
                                """
                                {"set":{"family":"inet","name":"ports","table":"t",\
                                "type":"inet_service","handle":2}}\
                                """,
                                """
                                {"chain":{"family":"inet","table":"t","name":"pre","handle":1,\
                                "type":"nat","hook":"prerouting","prio":-100}}\
                                """,
                                """
                                {"rule":{"family":"inet","table":"t","chain":"pre","handle":3,\
                                "expr":[{"match":{"op":"==","left":{"payload":{"protocol":"tcp",\
                                "field":"dport"}},"right":"@ports"}},{"redirect":{"port":8081}}]}}\
                                """))
                .containsExactly(
                        new Finding.Fail(
                                "canary",
                                "not sent: inet t pre takes nothing: it names no port, or an empty"
                                        + " set of ports",
                                "nft list table inet t"));
    }
}
