package conduit.inbound.http.message;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Destination;
import conduit.tunnel.Connector.NextHop;
import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The words about a next hop that does not answer. */
class UnansweredTest {

    private static final Destination WANTED = new Destination.Name("wanted.test", 80);
    private static final Destination PARENT = new Destination.Name("parent.test", 3128);
    private static final NextHop STRANGER = new NextHop.HttpParent(PARENT, Optional.empty());
    private static final NextHop ACQUAINTANCE =
            new NextHop.HttpParent(PARENT, Optional.of("Basic YTpi"));

    @Test
    void namesTheHopThatFailed() {
        assertThat(Unanswered.because("it left", new NextHop.Origin(), WANTED))
                .isEqualTo(Refused.of(Refusal.ORIGIN_FAILED, "wanted.test:80: it left"));
        assertThat(Unanswered.because("it left", STRANGER, WANTED))
                .isEqualTo(ofParent(Refusal.PARENT_FAILED, "parent parent.test:3128: it left"));
    }

    @Test
    void saysWhetherThereWereCredentialsToRefuse() {
        HttpResponseStatus status = HttpResponseStatus.PROXY_AUTHENTICATION_REQUIRED;
        assertThat(Unanswered.because(status, STRANGER))
                .contains(
                        ofParent(
                                Refusal.PARENT_CREDENTIALS_REFUSED,
                                "parent parent.test:3128 wants credentials, and there are none: 407"
                                        + " Proxy Authentication Required"));
        assertThat(Unanswered.because(status, ACQUAINTANCE))
                .contains(
                        ofParent(
                                Refusal.PARENT_CREDENTIALS_REFUSED,
                                "parent parent.test:3128 refuses the credentials: 407 Proxy"
                                        + " Authentication Required"));
    }

    @Test
    void keepsTheReasonOfAParentShort() {
        assertThat(Unanswered.because(new HttpResponseStatus(407, "x".repeat(1000)), ACQUAINTANCE))
                .get()
                .extracting(Refused::detail)
                .isEqualTo(
                        "parent parent.test:3128 refuses the credentials: 407 "
                                + "x".repeat(76)
                                + "...");
        assertThat(Unanswered.because(new HttpResponseStatus(407, ""), ACQUAINTANCE))
                .get()
                .extracting(Refused::detail)
                .isEqualTo("parent parent.test:3128 refuses the credentials: 407");
    }

    @Test
    void leavesEveryOtherStatusToTheClient() {
        assertThat(Unanswered.because(HttpResponseStatus.UNAUTHORIZED, STRANGER)).isEmpty();
        assertThat(Unanswered.because(HttpResponseStatus.BAD_GATEWAY, ACQUAINTANCE)).isEmpty();
        assertThat(
                        Unanswered.because(
                                HttpResponseStatus.PROXY_AUTHENTICATION_REQUIRED,
                                new NextHop.Origin()))
                .isEmpty();
    }

    private static Refused ofParent(Refusal refusal, String detail) {
        return new Refused(refusal, Party.PARENT, Phase.RESPONSE, Optional.empty(), detail);
    }
}
