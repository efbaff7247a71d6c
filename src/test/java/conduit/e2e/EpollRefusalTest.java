package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Strace;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The kernel has no room for another socket in epoll (fs.epoll.max_user_watches), as strace has it:
 * the limit itself is one for the whole machine.
 */
class EpollRefusalTest {

    /** More than it takes to get through all that are refused. */
    private static final int ATTEMPTS = 300;

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "SOCKS5"})
    void losesTheConnectionsThatEpollRefusesAndNoOther(Wiring wiring) throws Exception {
        losesThemAndNoOther(wiring, Launch.withBothListeners("--threads=1"));
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "SOCKS5"})
    void losesThemOnTheWayToAParentToo(Wiring wiring) throws Exception {
        try (TestProxy parent = Launch.withBothListeners().start()) {
            losesThemAndNoOther(
                    wiring,
                    Launch.withBothListeners(
                            "--threads=1",
                            "--upstream=http://127.0.0.1:" + parent.http().getPort()));
        }
    }

    private static void losesThemAndNoOther(Wiring wiring, Launch launch) throws Exception {
        try (TestProxy proxy =
                        Strace.tampering(launch, "epoll_ctl:error=ENOSPC:when=30..60").start();
                Origin origin = Origin.listen().serving(Origin::echo)) {
            int refused = 0;
            boolean again = false;
            for (int i = 0; i < ATTEMPTS && !again; i++) {
                boolean served = isServed(wiring, proxy, origin);
                refused += served ? 0 : 1;
                again = served && refused > 0;
            }
            assertThat(again).as("served again after %d refusals", refused).isTrue();
            assertThat(refused).isGreaterThan(5);
            assertThat(proxy.log())
                    .filteredOn(line -> line.contains("epoll refuses"))
                    .singleElement()
                    .asString()
                    .contains("WARN", "No space left on device");
            assertThat(proxy.log()).noneMatch(line -> line.startsWith("\tat "));
        }
    }

    private static boolean isServed(Wiring wiring, TestProxy proxy, Origin origin) {
        try (Peer client = wiring.open(proxy, origin.target())) {
            return client.write("hello").readText(5).equals("hello");
        } catch (IOException | AssertionError refused) {
            return false;
        }
    }
}
