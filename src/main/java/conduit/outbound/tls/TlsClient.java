package conduit.outbound.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import conduit.address.Destination;
import conduit.address.IpLiteral;
import conduit.config.Authorities;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What conduit is as a client of TLS (RFC 8446, RFC 5246): whom it trusts, that it names its origin
 * (RFC 6066) and verifies that the certificate stands for it ({@link OriginTrust}), and that it
 * speaks HTTP/1.1 only. Its sessions are remembered, so that the next handshake with the same
 * origin is a short one.
 */
final class TlsClient {

    private static final int MOST_SESSIONS = 1_000;
    private static final Duration LONGEST_SESSION = Duration.ofHours(1);

    private final SslContext context;

    private TlsClient(SslContext context) {
        this.context = context;
    }

    /**
     * A client that trusts these authorities, or those of the system. Reads files and takes tens of
     * milliseconds; not for event loops.
     *
     * @throws CertificateException when the system's authorities are not understood
     * @throws IOException when they cannot be read, or there is no TLS in this JVM
     */
    static TlsClient trusting(Optional<Authorities> given)
            throws CertificateException, IOException {
        SslContextBuilder builder =
                SslContextBuilder.forClient()
                        .sslProvider(SslProvider.JDK)
                        // The names are looked at by the trust manager.
                        .endpointIdentificationAlgorithm("")
                        .trustManager(originTrust(given))
                        .sessionCacheSize(MOST_SESSIONS)
                        .sessionTimeout(LONGEST_SESSION.toSeconds())
                        .applicationProtocolConfig(
                                new ApplicationProtocolConfig(
                                        Protocol.ALPN,
                                        SelectorFailureBehavior.NO_ADVERTISE,
                                        SelectedListenerFailureBehavior.ACCEPT,
                                        ApplicationProtocolNames.HTTP_1_1));
        TlsClient client = new TlsClient(builder.build());
        client.warmUp();
        return client;
    }

    private static OriginTrust originTrust(Optional<Authorities> given)
            throws CertificateException, IOException {
        Optional<Authorities> trusted = given.isPresent() ? given : SystemAuthorities.read();
        try {
            TrustManagerFactory factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            // Without a store the factory takes Java's own.
            factory.init(trusted.isPresent() ? storeOf(trusted.get()) : null);
            return new OriginTrust((X509ExtendedTrustManager) factory.getTrustManagers()[0]);
        } catch (NoSuchAlgorithmException | KeyStoreException e) {
            throw new IOException("this JVM cannot verify certificates", e);
        }
    }

    private static KeyStore storeOf(Authorities authorities)
            throws CertificateException, IOException, NoSuchAlgorithmException, KeyStoreException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (X509Certificate one : authorities.certificates()) {
            store.setCertificateEntry(Integer.toString(store.size()), one);
        }
        return store;
    }

    /** The first words of a handshake take 100 ms and more in a JVM that has not said any yet. */
    private void warmUp() throws SSLException {
        SSLEngine engine = context.newEngine(ByteBufAllocator.DEFAULT, "warm.invalid", 443);
        engine.beginHandshake();
        engine.wrap(
                ByteBuffer.allocate(0),
                ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
    }

    /**
     * The handler that secures one connection to this destination.
     *
     * @param workers carry out what takes long in a handshake
     * @param longest bounds the handshake, from when the handler is put into a pipeline
     */
    SslHandler handler(
            ByteBufAllocator allocator,
            Destination destination,
            Executor workers,
            Duration longest) {
        String host =
                switch (destination) {
                    case Destination.Name(String name, int _) -> SubjectNames.withoutFinalDot(name);
                    case Destination.Address(var address, int _) -> IpLiteral.withoutPort(address);
                };
        SslHandler handler = context.newHandler(allocator, host, destination.port(), workers);
        if (destination instanceof Destination.Name) {
            name(handler.engine(), host);
        }
        handler.setHandshakeTimeoutMillis(longest.toMillis());
        return handler;
    }

    /** Given, since the JDK does not name a host of one label by itself. */
    private static void name(SSLEngine engine, String host) {
        SNIHostName name;
        try {
            name = new SNIHostName(host.getBytes(US_ASCII));
        } catch (IllegalArgumentException e) {
            // The JDK knows no such names: a_b.example. Its certificate is verified all the same.
            return;
        }
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(name));
        engine.setSSLParameters(parameters);
    }
}
