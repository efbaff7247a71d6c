package conduit.e2e.kit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/**
 * One end of a TCP connection, on the client's side or the origin's. Text is ISO 8859-1, so that
 * every byte can be written as a character. Reads wait for at most twenty seconds.
 */
public final class Peer implements AutoCloseable {

    /** Longer than any pause of a loaded machine; who waits longer has found a hang. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Socket socket;
    private final InputStream in;
    private final InetSocketAddress address;
    private final Instant begun;

    private Peer(Socket socket, InputStream in, InetSocketAddress address, Instant begun) {
        this.begun = begun;
        this.socket = socket;
        this.in = in;
        this.address = address;
    }

    /** Connects. */
    public static Peer to(InetSocketAddress address) throws IOException {
        Instant begun = Instant.now();
        Socket socket = new Socket();
        socket.connect(address, Math.toIntExact(PATIENCE.toMillis()));
        return over(socket, begun);
    }

    /** Nobody listens there. */
    public static void expectNobodyAt(InetSocketAddress address) {
        assertThatThrownBy(() -> to(address).close()).isInstanceOf(ConnectException.class);
    }

    /** Connects from this port. */
    public static Peer from(int port, InetSocketAddress address) throws IOException {
        Instant begun = Instant.now();
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(port));
        socket.connect(address, Math.toIntExact(PATIENCE.toMillis()));
        return over(socket, begun);
    }

    /** Connects from this address of this machine. */
    public static Peer from(String host, InetSocketAddress address) throws IOException {
        Instant begun = Instant.now();
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(host), 0));
        socket.connect(address, Math.toIntExact(PATIENCE.toMillis()));
        return over(socket, begun);
    }

    static Peer over(Socket socket, Instant begun) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        return new Peer(
                socket,
                new BufferedInputStream(socket.getInputStream(), 65_536),
                new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort()),
                begun);
    }

    /**
     * The same connection as the server's end of TLS, whose handshake begins with the first read or
     * write. This peer goes on below it.
     */
    public Peer securedBy(SSLContext context) throws IOException {
        return over(context.getSocketFactory().createSocket(socket, null, true), begun);
    }

    /** The same, for clients with a certificate only. */
    public Peer securedWantingCertificates(SSLContext context) throws IOException {
        SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
        secured.setNeedClientAuth(true);
        return over(secured, begun);
    }

    /** By which names a client of TLS has asked for this end (RFC 6066); shakes hands first. */
    public List<String> namesAskedFor() {
        SSLSession session = ((SSLSocket) socket).getSession();
        return ((ExtendedSSLSession) session)
                .getRequestedServerNames().stream()
                        .map(name -> new String(name.getEncoded(), US_ASCII))
                        .toList();
    }

    public InputStream in() {
        return in;
    }

    public OutputStream out() throws IOException {
        return socket.getOutputStream();
    }

    /** This end's address; known also after the end. */
    public InetSocketAddress address() {
        return address;
    }

    /** When it began to connect, or was accepted; to the millisecond, as the log tells time. */
    Instant begun() {
        return begun.truncatedTo(ChronoUnit.MILLIS);
    }

    /** The other end's address. */
    public InetSocketAddress otherEnd() {
        return new InetSocketAddress(socket.getInetAddress(), socket.getPort());
    }

    public Peer write(String text) throws IOException {
        return write(text.getBytes(ISO_8859_1));
    }

    /** Writes everything at once, which on the loopback device makes one segment of it. */
    public Peer write(byte[]... pieces) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            all.write(piece);
        }
        socket.getOutputStream().write(all.toByteArray());
        return this;
    }

    /** Writes one byte as urgent data, which is not part of the stream of bytes (tcp(7)). */
    public Peer urgent(char next) throws IOException {
        socket.sendUrgentData(next);
        return this;
    }

    /** Exactly so many bytes. */
    public byte[] read(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("end after %d of %d bytes".formatted(bytes.length, count));
        }
        return bytes;
    }

    /** Exactly so many bytes, as text. */
    public String readText(int count) throws IOException {
        return new String(read(count), ISO_8859_1);
    }

    /** Everything up to the end of the stream, which must be a proper one. */
    public String readToEnd() throws IOException {
        return new String(in.readAllBytes(), ISO_8859_1);
    }

    /** Everything up to the end of the connection, be it proper or a reset. */
    public String readToClose() throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try {
            for (int next = in.read(); next >= 0; next = in.read()) {
                read.write(next);
            }
        } catch (SocketException reset) {
            return read.toString(ISO_8859_1);
        }
        return read.toString(ISO_8859_1);
    }

    /** The other side has finished properly, and nothing is left to read. */
    public void expectEnd() throws IOException {
        assertThat(in.read()).as("the next byte, -1 for the end of the stream").isEqualTo(-1);
    }

    /** The other side has gone, properly or not, and nothing is left to read. */
    public void expectClosed() throws IOException {
        assertThat(readToClose()).as("bytes before the end").isEmpty();
    }

    /** The other side resets the connection, whatever it sent before. */
    public void expectReset() {
        assertThatThrownBy(in::readAllBytes)
                .as("reading to a reset")
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    /** Nothing comes and nothing ends for so long. */
    public void expectSilence(Duration length) throws IOException {
        socket.setSoTimeout(Math.toIntExact(length.toMillis()));
        assertThatThrownBy(in::read)
                .as("reading in silence")
                .isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
    }

    /**
     * Sends the bytes one by one with a pause between them, until the other side closes.
     *
     * @return how many were sent
     */
    public int dripUntilClosed(String text, Duration pause) throws IOException {
        socket.setSoTimeout(Math.toIntExact(pause.toMillis()));
        int sent = 0;
        while (sent < text.length()) {
            try {
                write(text.substring(sent, sent + 1));
                sent++;
                if (in.read() < 0) {
                    return sent;
                }
            } catch (SocketTimeoutException stillOpen) {
                // That was the pause.
            } catch (SocketException closed) {
                return sent;
            }
        }
        return sent;
    }

    /** Ends this direction; the other goes on. */
    public void finish() throws IOException {
        socket.shutdownOutput();
    }

    /** Goes away with a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
