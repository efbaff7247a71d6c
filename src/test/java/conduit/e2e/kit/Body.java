package conduit.e2e.kit;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.List;

/** The bodies of HTTP messages as streams; the end of one is the proper end, or an exception. */
public final class Body {

    private Body() {}

    /** The body of a response that has one (RFC 9112, section 6.3). */
    public static InputStream ofReply(Head head, InputStream in) {
        return head.isChunked() || head.has("Content-Length") ? framed(head, in) : in;
    }

    /** The body of a request. */
    public static InputStream ofRequest(Head head, InputStream in) {
        return head.isChunked() || head.has("Content-Length")
                ? framed(head, in)
                : InputStream.nullInputStream();
    }

    private static InputStream framed(Head head, InputStream in) {
        return head.isChunked()
                ? new Chunked(in)
                : new OfLength(in, Long.parseLong(head.values("Content-Length").getFirst()));
    }

    /** Writes a load as chunks, without the last one. */
    public static OutputStream chunks(OutputStream out) {
        return new OutputStream() {
            @Override
            public void write(int next) throws IOException {
                write(new byte[] {(byte) next}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(ascii(Integer.toHexString(length) + "\r\n"));
                out.write(bytes, offset, length);
                out.write(ascii("\r\n"));
            }
        };
    }

    private static byte[] ascii(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    private static final class OfLength extends InputStream {
        private final InputStream in;
        private long left;

        OfLength(InputStream in, long left) {
            this.in = in;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = in.read(bytes, offset, (int) Math.min(length, left));
            if (read < 0) {
                throw new EOFException("end, and " + left + " bytes of the body are missing");
            }
            left -= read;
            return read;
        }
    }

    /** A chunked body (RFC 9112, section 7.1). */
    static final class Chunked extends InputStream {
        private final InputStream in;
        private InputStream chunk = InputStream.nullInputStream();
        private List<Head.Field> trailers = List.of();
        private boolean first = true;
        private boolean ended;

        Chunked(InputStream in) {
            this.in = in;
        }

        List<Head.Field> trailers() {
            return trailers;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = ended ? -1 : chunk.read(bytes, offset, length);
            while (read < 0 && !ended) {
                nextChunk();
                read = ended ? -1 : chunk.read(bytes, offset, length);
            }
            return read;
        }

        private void nextChunk() throws IOException {
            if (!first && !Head.line(in).isEmpty()) {
                throw new IOException("a chunk does not end with a line end");
            }
            first = false;
            int size = HexFormat.fromHexDigits(Head.line(in));
            chunk = new OfLength(in, size);
            if (size == 0) {
                trailers = Head.fields(in);
                ended = true;
            }
        }
    }
}
