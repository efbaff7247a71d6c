package conduit.observe;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Destination;
import conduit.config.Inbound;
import conduit.tunnel.Ending;
import conduit.tunnel.Journal;
import conduit.tunnel.Outcome;
import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessLogTest {

    private static final InetSocketAddress CLIENT =
            new InetSocketAddress(InetAddress.ofLiteral("::1"), 4711);

    @Test
    void writesATunnelAsOneLineOfFieldsInAFixedOrder() {
        Journal.Entry entry =
                new Journal.Entry(
                        CLIENT,
                        Optional.of("alice"),
                        Inbound.SOCKS5,
                        Optional.of(new Destination.Name("example.com", 443)),
                        Optional.of(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 443)),
                        Optional.of("/etc/conduit.toml:12"),
                        Optional.of("--deny-to=\"x"),
                        new Ending.Ended(Outcome.COMPLETED, Party.REMOTE, Phase.RELAY),
                        17,
                        4_294_967_296L,
                        1,
                        Duration.ofMillis(61_234));

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
                new Journal.Entry(
                        CLIENT,
                        Optional.of("Jos\u00e9 \"B\""),
                        Inbound.HTTP,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Ending.refused(
                                Refusal.MALFORMED_REQUEST, "a \"quote\\\" and\r\na line \u00e9"),
                        0,
                        0,
                        0,
                        Duration.ofNanos(400_000));

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
        Journal.Entry entry =
                new Journal.Entry(
                        CLIENT,
                        Optional.of(user),
                        Inbound.HTTP,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        new Ending.Ended(Outcome.STOPPED, Party.US, Phase.NEGOTIATION),
                        0,
                        0,
                        0,
                        Duration.ZERO);
        assertThat(AccessLog.line(entry)).contains(" user=" + written + " inbound=http ");
    }
}
