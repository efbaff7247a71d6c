package conduit.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterleavingTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "IPV6, 8, 1 2 a b, a 1 b 2",
                "IPV4, 8, 1 2 a b, 1 a 2 b",
                "IPV6, 8, 1 2 3 4 a, a 1 2 3 4",
                "IPV6, 8, 1 a b c, a 1 b c",
                "IPV4, 8, a b c, a b c",
                "IPV6, 8, 1 2 3, 1 2 3",
                "IPV6, 8, 1, 1",
                "IPV6, 8, '', ''",
                "IPV6, 8, 1 1 a 1 a 2, a 1 2",
                "IPV6, 3, 1 2 3 4 5 6 a b, a 1 b",
                "IPV4, 2, 1 2 3, 1 2",
            })
    void takesTheFamiliesInTurnAndEachInItsOrder(
            Family first, int most, String answered, String expected) {
        assertThat(Interleaving.of(addresses(answered), first, most))
                .isEqualTo(addresses(expected));
    }

    /** Figures are the last number of an IPv4 address, letters that of an IPv6 address. */
    private static List<InetSocketAddress> addresses(String text) {
        return Arrays.stream(text.split(" ", -1))
                .filter(one -> !one.isEmpty())
                .map(one -> (one.matches("[0-9]") ? "192.0.2." : "2001:db8::") + one)
                .map(literal -> new InetSocketAddress(InetAddress.ofLiteral(literal), 80))
                .collect(Collectors.toList());
    }
}
