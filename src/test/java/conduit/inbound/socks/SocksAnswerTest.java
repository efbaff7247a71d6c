package conduit.inbound.socks;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.inbound.ErrorsPage;
import conduit.tunnel.Refusal;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SocksAnswerTest {

    @ParameterizedTest
    @EnumSource
    void answersAsThePageOfErrorsSays(Refusal refusal) throws IOException {
        ErrorsPage.Row row = ErrorsPage.read().of(refusal);
        assertThat(ErrorsPage.numbers(row.socks())).contains(SocksAnswer.replyCode(refusal));
    }
}
