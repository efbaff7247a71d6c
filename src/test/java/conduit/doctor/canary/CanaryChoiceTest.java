package conduit.doctor.canary;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.Examination;
import conduit.config.SeenAs;
import conduit.doctor.ask.Found;
import conduit.doctor.ask.Json;
import conduit.doctor.check.Finding;
import conduit.doctor.check.Situation;
import conduit.doctor.look.Machine;
import conduit.doctor.look.Owner;
import conduit.doctor.look.Settings;
import conduit.doctor.rules.NftReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which rules a canary can be sent through, as far as that is seen before anything is changed. */
class CanaryChoiceTest {

    private static List<Finding> send(String... objects) {
        String text = "{\"nftables\":[" + String.join(",", objects) + "]}";
        Machine machine =
                new Machine(
                        new Found.Seen<>(NftReader.read(Json.parse(text).seen().orElseThrow())),
                        new Found.Unseen<>("not asked"),
                        List.of(),
                        new Settings(Map.of()),
                        List.of(),
                        new Owner(4711, "java", 0, 0, -1, 0, 1, 1, List.of("conduit")),
                        Map.of(),
                        Map.of(),
                        List.of(),
                        List.of());
        Examination wanted =
                new Examination(
                        List.of(),
                        Optional.empty(),
                        SeenAs.CONDUIT,
                        1,
                        List.of(),
                        Examination.Canary.SENT,
                        Examination.Form.TEXT);
        return Canary.send(new Situation(machine, wanted), List.of());
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
