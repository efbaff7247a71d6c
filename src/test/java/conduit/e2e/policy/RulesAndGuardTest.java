package conduit.e2e.policy;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.ExpectedRefusal;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is turned away by a flag is told so, and the log has the flag or the block. */
class RulesAndGuardTest {

    private static final ExpectedRefusal DENIED =
            new ExpectedRefusal("denied-by-rule", 403, "http_request_denied", 2);
    private static final ExpectedRefusal GUARDED =
            new ExpectedRefusal("guarded-address", 403, "destination_ip_prohibited", 2);

    @AutoClose
    private static final TestProxy denying =
            TestProxy.with("--deny-to=127.0.0.0/8:9", "--deny-to=.denied.test");

    @AutoClose
    private static final TestProxy allowing =
            TestProxy.with("--guard=off", "--allow-from=127.0.0.0/8", "--allow-to=127.0.0.2");

    @AutoClose private static final TestProxy strict = TestProxy.with("--guard=strict");

    private static void expect(
            TestProxy proxy, Wiring wiring, String host, ExpectedRefusal refusal, String reason)
            throws IOException {
        try (Peer client = wiring.ask(proxy, new Target(host, 9))) {
            wiring.expectRefusal(client, refusal);
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.refusal()).as("%s", line).isEqualTo(refusal.name());
            assertThat(line.detail()).as("%s", line).contains(reason);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatARuleDenies(Wiring wiring) throws IOException {
        expect(denying, wiring, "127.0.0.1", DENIED, "--deny-to=127.0.0.0/8:9");
        expect(denying, wiring, "denied.test", DENIED, "--deny-to=.denied.test");
        expect(denying, wiring, "A.Denied.TEST.", DENIED, "--deny-to=.denied.test");
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatNoRuleAllows(Wiring wiring) throws IOException {
        expect(allowing, wiring, "127.0.0.1", DENIED, "allowed by no rule");
        expect(allowing, wiring, "127.0.0.2", ExpectedRefusal.CONNECTION_REFUSED, "refused");
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatTheGuardDoes(Wiring wiring) throws IOException {
        expect(strict, wiring, "127.0.0.1", GUARDED, "127.0.0.0/8 (loopback)");
        expect(strict, wiring, "::1", GUARDED, "::1/128 (loopback)");
        expect(strict, wiring, "localhost", GUARDED, "(loopback)");
        expect(strict, wiring, "64:ff9b::10.1.2.3", GUARDED, "embedded in 64:ff9b::/96");
    }

    /**
     * SOCKS has no words. What is in the files, and where names lead, is the operator's to know.
     */
    @ParameterizedTest
    @CsvSource({
        "denying, 127.0.0.1, 127.0.0.1:9 is not allowed",
        "denying, A.Denied.TEST., a.denied.test.:9 is not allowed",
        "denying, localhost, localhost:9 is not allowed",
        "allowing, localhost, localhost:9 is not allowed",
        "strict, localhost, localhost:9: its address is guarded",
        "strict, 64:ff9b::10.1.2.3, [64:ff9b::a01:203]:9: its address is guarded",
    })
    void tellsAClientNeitherTheRuleNorTheAddress(String which, String host, String words)
            throws IOException {
        TestProxy proxy =
                switch (which) {
                    case "denying" -> denying;
                    case "allowing" -> allowing;
                    default -> strict;
                };
        for (Wiring wiring : List.of(Wiring.CONNECT, Wiring.FORWARD)) {
            try (Peer client = wiring.ask(proxy, new Target(host, 9))) {
                Message reply = Message.reply(client);
                assertThat(reply.body()).endsWith(": " + words + "\n");
                assertThat(reply.head().values("Proxy-Status").getFirst())
                        .endsWith("; details=\"" + words + "\"");
            }
        }
    }
}
