package conduit.outbound.tls;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.tunnel.Party;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import java.nio.file.FileSystemException;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What is said where there is nothing to secure connections with. */
class TlsFailureTest {

    @Test
    void tellsThatNoDescriptorWasLeftToReadTheAuthorities() {
        Refused refused =
                TlsFailure.unprepared(
                        new CompletionException(
                                new FileSystemException(
                                        "/etc/ssl/bundle.crt", null, "Too many open files")));
        assertThat(refused.refusal()).isEqualTo(Refusal.OUT_OF_DESCRIPTORS);
        assertThat(refused.errno()).isEqualTo(Optional.of("EMFILE"));
        assertThat(refused.by()).isEqualTo(Party.US);
    }

    @Test
    void tellsThatTheAuthoritiesAreNotUnderstood() {
        Refused refused =
                TlsFailure.unprepared(new CompletionException(new CertificateException("odd")));
        assertThat(refused.refusal()).isEqualTo(Refusal.TLS_FAILED);
        assertThat(refused.by()).isEqualTo(Party.US);
        assertThat(refused.detail()).contains("cannot be read: odd");
    }
}
