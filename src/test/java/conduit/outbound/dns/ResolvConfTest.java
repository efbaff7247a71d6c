package conduit.outbound.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResolvConfTest {

    @Test
    void readsServersInTheirOrder() {
        assertThat(
                        parse(
                                        "# nameserver 192.0.2.9",
                                        "nameserver 192.0.2.53",
                                        "  nameserver\t2001:db8::53   # the second",
                                        "nameserver fe80::1%1",
                                        "nameserver",
                                        "nameserver dns.test",
                                        "nameservers 192.0.2.8")
                                .servers())
                .containsExactly(server("192.0.2.53"), server("2001:db8::53"), server("fe80::1%1"));
    }

    @Test
    void asksThisMachineWhenNoServerIsNamed() {
        assertThat(parse().servers()).containsExactly(server("127.0.0.1"));
    }

    @Test
    void readsTheLastSearchListAndTheLastNdots() {
        ResolvConf read =
                parse(
                        "domain old.test",
                        "search a.test B.TEST. . no/name",
                        "options timeout:1 ndots:3 rotate",
                        "options ndots:x ndots:2");

        assertThat(read.search()).containsExactly("a.test", "b.test");
        assertThat(read.ndots()).isEqualTo(2);
        assertThat(parse("options ndots:99").ndots()).isEqualTo(15);
        assertThat(parse("search a.test", "domain b.test").search()).containsExactly("b.test");
    }

    @ParameterizedTest
    @CsvSource({
        "1, www, www.a.test. www.b.test. www.",
        "1, www.c.test, www.c.test. www.c.test.a.test. www.c.test.b.test.",
        "5, www.c.test, www.c.test.a.test. www.c.test.b.test. www.c.test.",
        "0, www, www. www.a.test. www.b.test.",
        "5, www., www.",
    })
    void triesWhatANameMayStandForInOrder(int ndots, String name, String expected) {
        ResolvConf conf = parse("search a.test b.test", "options ndots:" + ndots);

        assertThat(conf.candidates(name)).containsExactly(expected.split(" "));
    }

    @Test
    void triesNoNameThatWouldBeTooLong() {
        String name = "a.".repeat(124) + "test";

        assertThat(name).hasSizeLessThan(254);
        assertThat(parse("search b.test").candidates(name)).containsExactly(name + ".");
    }

    private static ResolvConf parse(String... lines) {
        return ResolvConf.parse(List.of(lines));
    }

    private static InetSocketAddress server(String literal) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), 53);
    }
}
