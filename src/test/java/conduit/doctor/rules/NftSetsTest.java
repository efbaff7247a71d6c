package conduit.doctor.rules;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.doctor.ask.Json;
import org.junit.jupiter.api.Test;

/** Which sets are listed, of a terse listing as nft 1.0.6 prints it. */
class NftSetsTest {

    private static final String TERSE =
            """
            {"nftables":[
            {"set":{"family":"inet","name":"blocked","table":"t","type":"ipv4_addr","handle":3}},
            {"set":{"family":"inet","name":"p","table":"t","type":"inet_service","handle":4}},
            {"set":{"family":"inet","name":"unused","table":"t","type":"inet_service","handle":5}},
            {"set":{"family":"inet","name":"spared_ipv4","table":"conduit","type":"ipv4_addr"}},
            {"map":{"family":"inet","name":"m","table":"t","type":"inet_service","map":"verdict"}},
            {"map":{"family":"inet","name":"pairs","table":"t",
             "type":["ipv4_addr","inet_service"],"map":"verdict"}},
            {"rule":{"family":"inet","table":"t","chain":"c","handle":8,"expr":[
             {"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},
              "right":"@p"}},
             {"match":{"op":"==","left":{"payload":{"protocol":"ip","field":"saddr"}},
              "right":"@blocked"}},
             {"vmap":{"key":{"payload":{"protocol":"tcp","field":"dport"}},"data":"@m"}},
             {"vmap":{"key":{"concat":[]},"data":"@pairs"}}]}},
            {"rule":{"family":"inet","table":"conduit","chain":"c","handle":9,"expr":[
             {"match":{"op":"==","left":{"payload":{"protocol":"ip","field":"daddr"}},
              "right":"@spared_ipv4"}},{"return":null}]}}]}
            """;

    @Test
    void thoseThatARuleNamesAndThatAreNotOfAddressesButForConduitsOwn() {
        assertThat(NftSets.toList(Json.parse(TERSE).seen().orElseThrow()))
                .containsExactly("set inet t p", "set inet conduit spared_ipv4", "map inet t m");
    }
}
