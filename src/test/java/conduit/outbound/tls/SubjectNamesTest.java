package conduit.outbound.tls;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Destination;
import conduit.address.Parsed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** For whom a certificate stands, and for whom not (RFC 9525, section 6). */
class SubjectNamesTest {

    private static Destination destination(String host) {
        return switch (Destination.parse(host, 443)) {
            case Parsed.Valid<Destination>(var destination) -> destination;
            case Parsed.Invalid<Destination>(String why) -> throw new AssertionError(why);
        };
    }

    private static boolean covers(String dnsName, String host) {
        return SubjectNames.of(List.of(dnsName), List.of()).cover(destination(host));
    }

    @ParameterizedTest
    @CsvSource({
        "a.test, a.test",
        "A.Test, a.tEST",
        "a.test, a.test.",
        "localhost, localhost",
        "a_b.test, a_b.test",
        "a-.test, a-.test",
        "xn--bcher-kva.test, xn--bcher-kva.test",
        "*.a.test, b.a.test",
        "*.A.test, B.a.TEST",
        "*.a.test, b.a.test.",
        "*.a.test, a_b.a.test",
        "*.a.test, xn--bcher-kva.a.test",
    })
    void areTheHost(String dnsName, String host) {
        assertThat(covers(dnsName, host)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "a.test, b.test",
        "a.test, b.a.test",
        "b.a.test, a.test",
        "a.test, a.test.b",
        // A wildcard is one whole label, the left-most.
        "*.a.test, a.test",
        "*.a.test, c.b.a.test",
        "b*.a.test, bc.a.test",
        "*c.a.test, bc.a.test",
        "b*d.a.test, bcd.a.test",
        "b.*.test, b.a.test",
        "*.*.test, b.a.test",
        "**.a.test, b.a.test",
        "*a.test, b.a.test",
        "*, a",
        "*, a.test",
        // Nobody vouches for all of a top level domain.
        "*.test, a.test",
        "*., a",
        // Not as RFC 5280 writes names.
        "a.test., a.test",
        ".a.test, b.a.test",
        "'', a.test",
        "' a.test', a.test",
        "a.test:443, a.test",
        "https://a.test, a.test",
        // An address is no name.
        "127.0.0.1, 127.0.0.1",
        "*.0.0.1, 127.0.0.1",
        "::1, [::1]",
    })
    void areNotTheHost(String dnsName, String host) {
        assertThat(covers(dnsName, host)).isFalse();
    }

    @Test
    void doNotTakeAByteBehindAZeroForTheEnd() {
        assertThat(covers("a.test\0.b.test", "a.test")).isFalse();
    }

    /** Lower and upper case of letters that are not ASCII's must not meet: the Kelvin sign. */
    @Test
    void foldAsciiOnly() {
        assertThat(covers("\u212a.test", "k.test")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, 127.0.0.2, false",
        "127.0.0.1, a.test, false",
        "0:0:0:0:0:0:0:1, [::1], true",
        "2001:db8:0:0:0:0:0:1, [2001:db8::1], true",
        "0:0:0:0:0:0:0:1, [::2], false",
        "127.0.0.0/255.0.0.0, 127.0.0.1, false",
        "a.test, a.test, false",
    })
    void knowAddressesByTheirBytes(String address, String host, boolean covered) {
        assertThat(SubjectNames.of(List.of(), List.of(address)).cover(destination(host)))
                .isEqualTo(covered);
    }

    @Test
    void areAnyOfThem() {
        SubjectNames names = SubjectNames.of(List.of("a.test", "*.b.test"), List.of("127.0.0.1"));
        assertThat(names.cover(destination("x.b.test"))).isTrue();
        assertThat(names.cover(destination("127.0.0.1"))).isTrue();
        assertThat(names.cover(destination("b.test"))).isFalse();
        assertThat(names).hasToString("a.test, *.b.test, 127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.test", "127.0.0.1"})
    void areNobodyWhereThereAreNone(String host) {
        SubjectNames names = SubjectNames.of(List.of(), List.of());
        assertThat(names.cover(destination(host))).isFalse();
        assertThat(names).hasToString("nobody");
    }
}
