package conduit.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InheritedSocketTest {

    private static final long PID = 4711;

    @Test
    void theyAreCountedFromThree() {
        assertThat(InheritedSocket.all(Map.of("LISTEN_FDS", "2", "LISTEN_PID", "4711"), PID))
                .containsExactly(new InheritedSocket(3), new InheritedSocket(4));
    }

    @Test
    void thoseForAnotherProcessAreNotOurs() {
        assertThat(InheritedSocket.all(Map.of("LISTEN_FDS", "2", "LISTEN_PID", "1"), PID))
                .isEmpty();
        assertThat(InheritedSocket.all(Map.of("LISTEN_FDS", "2"), PID)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "x", "123456"})
    void aNumberThatMakesNoSenseIsNone(String count) {
        assertThat(InheritedSocket.all(Map.of("LISTEN_FDS", count, "LISTEN_PID", "4711"), PID))
                .isEmpty();
    }

    @Test
    void whatIsNoSocketIsUnfit() {
        assertThat(new InheritedSocket(-1).unfitBecause()).contains("no socket");
    }
}
