package conduit.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ViaTest {

    private final Via via = Via.ofThisProcess();

    @Test
    void addsItselfBehindThoseThatCameBefore() {
        assertThat(via.after(List.of(), "1.1")).matches("1\\.1 conduit-[0-9a-f]{10}");
        assertThat(via.after(List.of("1.1 a, 1.0 b", "2 c"), "1.0"))
                .matches("1\\.1 a, 1\\.0 b, 2 c, 1\\.0 conduit-[0-9a-f]{10}");
    }

    @Test
    void knowsItselfAmongOthersAndNoOtherProcess() {
        String passed = via.after(List.of("1.1 a"), "1.1");
        assertThat(via.isIn(List.of("1.1 b", passed + ", 1.1 c"))).isTrue();
        assertThat(via.isIn(List.of())).isFalse();
        assertThat(Via.ofThisProcess().isIn(List.of(passed))).isFalse();
    }
}
