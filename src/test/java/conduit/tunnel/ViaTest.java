package conduit.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.Pseudonym;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViaTest {

    private final Via ofTheProcess = Via.of(new Pseudonym.OfTheProcess());
    private final Via named = Via.of(new Pseudonym.Given("us.example"));
    private final Via off = Via.of(new Pseudonym.None());

    @Test
    void addsItselfBehindThoseThatCameBefore() {
        assertThat(ofTheProcess.after(List.of(), "1.1"))
                .hasValueSatisfying(v -> assertThat(v).matches("1\\.1 conduit-[0-9a-f]{10}"));
        assertThat(named.after(List.of("1.1 a, 1.0 b", "2 c"), "1.0"))
                .hasValue("1.1 a, 1.0 b, 2 c, 1.0 us.example");
        assertThat(named.alone()).hasValue("1.1 us.example");
    }

    @Test
    void knowsItselfAmongOthersAndNoOtherProcess() {
        String passed = ofTheProcess.after(List.of("1.1 a"), "1.1").orElseThrow();
        assertThat(ofTheProcess.isIn(List.of("1.1 b", passed + ", 1.1 c"))).isTrue();
        assertThat(ofTheProcess.isIn(List.of())).isFalse();
        assertThat(Via.of(new Pseudonym.OfTheProcess()).isIn(List.of(passed))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1 us.example",
                "1.1 a,1.0\tUS.example (a comment), 1.1 b",
                "HTTP/1.1  us.example",
                "1.1 a (x, y), 1.1 us.example",
                "1.1 a (x, (y, z), \\), w), 1.1 us.example (that is us)",
                // No comment, as it does not end.
                "1.1 a (x, 1.1 us.example",
                "1.1 a ((x), 1.1 us.example, 1.1 b (y)",
                "1.1 a (\\), 1.1 us.example",
            })
    void knowsItsName(String received) {
        assertThat(named.isIn(List.of("1.1 first", received))).isTrue();
        assertThat(off.isIn(List.of(received))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "1.1",
                "1.1 bus.example",
                "1.1 us.example2",
                "1.1 a (us.example)",
                "1.1 a (x, 1.1 us.example, y)",
                "1.1 a ((), 1.1 us.example), 1.1 b (\\(, 1.1 us.example)",
            })
    void doesNotTakeAnotherForItself(String received) {
        assertThat(named.isIn(List.of(received))).isFalse();
    }

    @Test
    void leavesWhatOthersHaveWrittenWhenItIsOff() {
        assertThat(off.after(List.of("1.1 a", "1.0 b"), "1.1")).hasValue("1.1 a, 1.0 b");
        assertThat(off.after(List.of(), "1.1")).isEmpty();
        assertThat(off.alone()).isEmpty();
    }
}
