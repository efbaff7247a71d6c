package conduit.config;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Parsed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "alice", "eve l", "Jos\u00e9", "a@b.example", "\"", "-", "a#"})
    void takesWhatEveryProtocolCanSay(String name) {
        assertThat(UserName.parse(name)).isEqualTo(Parsed.valid(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:b", "a\tb", "a\u0085", " a", "a ", "#a", "Jos\ufffd"})
    void refusesEverythingElse(String name) {
        assertThat(UserName.parse(name)).isInstanceOf(Parsed.Invalid.class);
    }

    @Test
    void countsBytes() {
        assertThat(UserName.parse("\u00e9".repeat(127))).isInstanceOf(Parsed.Valid.class);
        assertThat(UserName.parse("\u00e9".repeat(128))).isInstanceOf(Parsed.Invalid.class);
    }
}
