package conduit.config.flags;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.Configuration;
import conduit.config.Setting;
import conduit.config.Setting.Taken;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A reload names whatever key has changed. */
class SettingTest {

    /** Counted, or another way to say upstream. */
    private static final Set<String> OTHERWISE =
            Set.of(
                    "http-listen",
                    "socks5-listen",
                    "tproxy-listen",
                    "users-file",
                    "allow-from",
                    "deny-from",
                    "allow-to",
                    "deny-to",
                    "upstream-mode",
                    "upstream-addr",
                    "upstream-auth-file");

    @Test
    void thereIsOneForEachKey() {
        Set<String> keys =
                ProxyOptions.of(CommandLineReader.commandLine().getCommandSpec()).values().stream()
                        .flatMap(List::stream)
                        .map(ProxyOptions::key)
                        .collect(Collectors.toCollection(TreeSet::new));
        keys.removeAll(OTHERWISE);
        assertThat(Setting.ALL).extracting(Setting::key).containsExactlyInAnyOrderElementsOf(keys);
    }

    @ParameterizedTest
    @CsvSource({
        "--upstream=http://192.0.2.1:3128, ALWAYS, upstream",
        "--http-max-header-size=2048, ALWAYS, http-max-header-size",
        "--max-tunnel-lifetime=1h, ALWAYS, max-tunnel-lifetime",
        "--threads=77, AT_START, threads",
        "--fwmark=7, AT_START, fwmark",
    })
    void tellsWhatDiffersAndOnlyThat(String flag, Taken taken, String key) {
        Configuration plain = run();
        Configuration other = run(flag);
        for (Taken each : Taken.values()) {
            assertThat(Setting.differing(each, plain, other))
                    .isEqualTo(each == taken ? List.of(key) : List.of());
        }
        assertThat(Setting.differing(taken, plain, other.startedAs(plain)))
                .isEqualTo(taken == Taken.ALWAYS ? List.of(key) : List.of());
    }

    private static Configuration run(String... flags) {
        String[] all = new String[flags.length + 1];
        all[0] = "--http-listen=127.0.0.1:8080";
        System.arraycopy(flags, 0, all, 1, flags.length);
        return ((Invocation.Run) CommandLineReader.read("Linux", all)).configuration();
    }
}
