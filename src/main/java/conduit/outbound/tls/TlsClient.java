package conduit.outbound.tls;

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
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * What conduit is as a client of TLS (RFC 8446, RFC 5246): whom it trusts, that it verifies the
 * name it asked for (as RFC 2818 had it: RFC 9110 is stricter), and that it speaks HTTP/1.1 only.
 * Its sessions are remembered, so that the next handshake with the same origin is a short one.
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
                        .endpointIdentificationAlgorithm("HTTPS")
                        .sessionCacheSize(MOST_SESSIONS)
                        .sessionTimeout(LONGEST_SESSION.toSeconds())
                        .applicationProtocolConfig(
                                new ApplicationProtocolConfig(
                                        Protocol.ALPN,
                                        SelectorFailureBehavior.NO_ADVERTISE,
                                        SelectedListenerFailureBehavior.ACCEPT,
                                        ApplicationProtocolNames.HTTP_1_1));
        Optional<Authorities> trusted = given.isPresent() ? given : SystemAuthorities.read();
        trusted.ifPresent(authorities ->
                builder.trustManager(authorities.certificates().toArray(new X509Certificate[0])));
        return new TlsClient(builder.build());
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
                    case Destination.Name(String name, int _) -> withoutFinalDot(name);
                    case Destination.Address(var address, int _) -> IpLiteral.withoutPort(address);
                };
        SslHandler handler = context.newHandler(allocator, host, destination.port(), workers);
        handler.setHandshakeTimeoutMillis(longest.toMillis());
        return handler;
    }

    /** RFC 6066, section 3: a server is named without it. */
    private static String withoutFinalDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
