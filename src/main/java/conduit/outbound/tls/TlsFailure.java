package conduit.outbound.tls;

import conduit.address.Destination;
import conduit.transport.BrokenOffException;
import conduit.transport.Errno;
import conduit.tunnel.Party;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Why a connection could not be secured, in words that name the origin. Pure. */
final class TlsFailure {

    /** Of what JSSE says, which may repeat what stands in a certificate. */
    private static final int LONGEST_WORDS = 120;

    private static final Set<Errno> NO_DESCRIPTOR = Set.of(Errno.EMFILE, Errno.ENFILE);

    private TlsFailure() {}

    /** There is nothing to secure connections with: the authorities could not be read. */
    static Refused unprepared(Throwable failure) {
        Optional<Errno> errno = Errno.of(failure);
        boolean noDescriptor = errno.filter(NO_DESCRIPTOR::contains).isPresent();
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return Refused.of(
                        noDescriptor ? Refusal.OUT_OF_DESCRIPTORS : Refusal.TLS_FAILED,
                        "the certificates that this machine trusts cannot be read: " + words(cause))
                .by(Party.US)
                .withErrno(errno.map(Errno::name));
    }

    /** What the handshake has failed with. */
    static Refused of(Throwable failure, Destination destination) {
        List<Throwable> causes =
                Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(10).toList();
        boolean ofCertificate =
                first(causes, CertificateException.class).isPresent()
                        || first(causes, CertPathValidatorException.class).isPresent()
                        || first(causes, CertPathBuilderException.class).isPresent();
        if (ofCertificate) {
            return refused(Refusal.UNTRUSTED_CERTIFICATE, destination, flawOf(causes));
        }
        if (first(causes, SslHandshakeTimeoutException.class).isPresent()) {
            return refused(
                    Refusal.TLS_TIMED_OUT, destination, "no end of the TLS handshake in time");
        }
        if (first(causes, NotSslRecordException.class).isPresent()) {
            return refused(Refusal.TLS_FAILED, destination, "it does not speak TLS");
        }
        if (first(causes, ClosedChannelException.class).isPresent()) {
            return ended(destination);
        }
        if (first(causes, SSLException.class).isPresent()) {
            return refused(
                    Refusal.TLS_FAILED, destination, "the TLS handshake failed: " + words(failure));
        }
        return refused(
                        Refusal.TLS_FAILED,
                        destination,
                        "it reset the connection in the TLS handshake")
                .withErrno(Errno.of(failure).map(Errno::name));
    }

    /** The origin has sent its end of stream in place of the rest of the handshake. */
    static Refused ended(Destination destination) {
        return refused(
                Refusal.TLS_FAILED, destination, "it closed the connection in the TLS handshake");
    }

    /** The origin has broken TLS off when it stood, or says that it will not go on. */
    static BrokenOffException breaking(SSLException failure) {
        return new BrokenOffException("it broke TLS off (" + words(failure) + ")");
    }

    private static String flawOf(List<Throwable> causes) {
        if (first(causes, CertificateExpiredException.class).isPresent()) {
            return "its certificate has expired";
        }
        if (first(causes, CertificateNotYetValidException.class).isPresent()) {
            return "its certificate is not valid yet";
        }
        if (first(causes, CertPathBuilderException.class).isPresent()) {
            return "nobody who is trusted here vouches for its certificate";
        }
        return first(causes, CertificateException.class)
                .map(flaw -> "its certificate is refused: " + words(flaw))
                .orElse("its certificate is refused");
    }

    private static <T extends Throwable> Optional<T> first(List<Throwable> causes, Class<T> kind) {
        return causes.stream().filter(kind::isInstance).map(kind::cast).findFirst();
    }

    /** In printable ASCII, as the detail of a refusal is. */
    private static String words(Throwable failure) {
        String text = String.valueOf(failure.getMessage()).replaceAll("[^ -~]+", " ").strip();
        return text.length() <= LONGEST_WORDS ? text : text.substring(0, LONGEST_WORDS) + "...";
    }

    private static Refused refused(Refusal refusal, Destination destination, String what) {
        return Refused.of(refusal, destination + ": " + what);
    }
}
