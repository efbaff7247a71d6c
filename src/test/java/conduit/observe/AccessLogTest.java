package conduit.observe;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Destination;
import conduit.config.Inbound;
import conduit.config.Upstream;
import conduit.tunnel.Ending;
import conduit.tunnel.Journal;
import conduit.tunnel.Outcome;
import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import conduit.tunnel.Times;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessLogTest {

    @Test
    void writesATunnelAsOneLineOfFieldsInAFixedOrder() {
        Journal.Entry entry =
                new Entries()
                        .client("::1")
                        .user("alice")
                        .inbound(Inbound.SOCKS5)
                        .destination(new Destination.Name("example.com", 443))
                        .by(new Upstream.Direct(), Entries.address("192.0.2.7", 443))
                        .rules("/etc/conduit.toml:12", "--deny-to=\"x")
                        .ending(new Ending.Ended(Outcome.COMPLETED, Party.REMOTE, Phase.RELAY))
                        .moved(17, 4_294_967_296L)
                        .retries(1)
                        .times(Times.of(61_234_000_000L))
                        .entry();

        assertThat(AccessLog.line(entry))
                .isEqualTo(
                        "client=[::1]:4711 user=alice inbound=socks5 destination=example.com:443"
                                + " remote=192.0.2.7:443 rule=\"/etc/conduit.toml:12\""
                                + " report=\"--deny-to=\\\"x\" outcome=completed by=remote phase=relay"
                                + " up=17 down=4294967296 retries=1 duration=61.234s");
    }

    @Test
    void writesARefusalWithItsDetailQuotedAndPrintable() {
        Journal.Entry entry =
                new Entries()
                        .client("::1")
                        .user("Jos\u00e9 \"B\"")
                        .ending(
                                Ending.refused(
                                        Refusal.MALFORMED_REQUEST,
                                        "a \"quote\\\" and\r\na line \u00e9"))
                        .times(Times.of(400_000))
                        .entry();

        assertThat(AccessLog.line(entry))
                .isEqualTo(
                        "client=[::1]:4711 user=\"Jos\\u00e9 \\\"B\\\"\" inbound=http destination=-"
                                + " remote=- rule=- report=-"
                                + " refusal=malformed-request by=client phase=negotiation errno=-"
                                + " detail=\"a \\\"quote\\\\\\\" and??a line ?\""
                                + " up=0 down=0 retries=0 duration=0.000s");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "alice, alice",
                "alice-b_c.d@e+f, alice-b_c.d@e+f",
                "-, '\"-\"'",
                "-a, '\"-a\"'",
                "'a b', '\"a b\"'",
                "a=b, '\"a=b\"'",
                "'a\\u00e9', '\"a\\\\u00e9\"'",
            })
    void writesAUserSoThatNobodyIsTakenForAnother(String user, String written) {
        Journal.Entry entry = new Entries().user(user).entry();
        assertThat(AccessLog.line(entry)).contains(" user=" + written + " inbound=http ");
    }
}
