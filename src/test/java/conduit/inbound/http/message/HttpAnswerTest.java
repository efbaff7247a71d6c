package conduit.inbound.http.message;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.inbound.ErrorsPage;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import io.netty.handler.codec.http.FullHttpResponse;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HttpAnswerTest {

    @ParameterizedTest
    @EnumSource
    void answersAsThePageOfErrorsSays(Refusal refusal) throws IOException {
        ErrorsPage.Row row = ErrorsPage.read().of(refusal);
        FullHttpResponse response = HttpAnswer.of(Refused.of(refusal, "words"));
        assertThat(ErrorsPage.numbers(row.http())).containsExactly(response.status().code());
        assertThat(response.headers().get("Proxy-Status").replace("; rcode=\"NXDOMAIN\"", ""))
                .isEqualTo("conduit; error=" + row.error() + "; details=\"words\"");
    }

    /** The error type is the same for both; the parameter is what tells a child conduit. */
    @Test
    void tellsANameThatDoesNotExistFromALookupThatFailed() {
        assertThat(proxyStatus(Refusal.NAME_NOT_FOUND))
                .isEqualTo("conduit; error=dns_error; rcode=\"NXDOMAIN\"; details=\"words\"");
        assertThat(proxyStatus(Refusal.NAME_LOOKUP_FAILED))
                .isEqualTo("conduit; error=dns_error; details=\"words\"");
    }

    private static String proxyStatus(Refusal refusal) {
        FullHttpResponse response = HttpAnswer.of(Refused.of(refusal, "words"));
        return response.headers().get("Proxy-Status");
    }
}
