package conduit.config.flags;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotedTest {

    @Test
    void showsPlainTextAsItIs() {
        assertThat(Quoted.of("localhost:8080")).isEqualTo("'localhost:8080'");
        assertThat(Quoted.of("b\u00fccher \uD83D\uDE00")).isEqualTo("'b\u00fccher \uD83D\uDE00'");
        assertThat(Quoted.of("")).isEqualTo("''");
    }

    @Test
    void escapesWhatCouldBreakTheLineOrTurnIt() {
        assertThat(Quoted.of("a\nb\r\tc")).isEqualTo("'a\\nb\\r\\tc'");
        assertThat(Quoted.of("\u001b[31m\u0000\u007f\u009b"))
                .isEqualTo("'\\u{1b}[31m\\u{0}\\u{7f}\\u{9b}'");
        assertThat(Quoted.of("\u2028\u2029\u202e\u200b\ue000\ud800"))
                .isEqualTo("'\\u{2028}\\u{2029}\\u{202e}\\u{200b}\\u{e000}\\u{d800}'");
    }

    @Test
    void tellsATypedBackslashFromAnEscape() {
        assertThat(Quoted.of("a\\nb")).isEqualTo("'a\\\\nb'");
    }

    @Test
    void showsOnlyTheBeginningOfALongText() {
        assertThat(Quoted.of("x".repeat(80))).isEqualTo("'" + "x".repeat(80) + "'");
        assertThat(Quoted.of("x".repeat(81))).isEqualTo("'" + "x".repeat(80) + "...'");
    }
}
