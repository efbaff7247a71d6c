package conduit.outbound.tls;

import conduit.address.Destination;
import conduit.address.Parsed;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes a certificate if those who are trusted vouch for it and it stands for the origin that
 * was asked for, which is the engine's peer ({@link SubjectNames}). Pure; called by threads that
 * check certificates.
 */
final class OriginTrust extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager vouching;

    /** The other one finds out who vouches, and looks at no names. */
    OriginTrust(X509ExtendedTrustManager vouching) {
        this.vouching = vouching;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        vouching.checkServerTrusted(chain, authType, engine);
        SubjectNames names = SubjectNames.of(chain[0]);
        boolean covered =
                switch (Destination.parse(engine.getPeerHost(), engine.getPeerPort())) {
                    case Parsed.Valid<Destination>(var wanted) -> names.cover(wanted);
                    case Parsed.Invalid<Destination> _ -> false;
                };
        if (!covered) {
            throw new CertificateException("it is for " + names);
        }
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return vouching.getAcceptedIssuers();
    }

    /** Without an engine nobody says who was asked for. */
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
        throw new UnsupportedOperationException("without an engine");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
        throw new UnsupportedOperationException("without an engine");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
        throw new UnsupportedOperationException("of a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
        throw new UnsupportedOperationException("of a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
        throw new UnsupportedOperationException("of a client");
    }
}
