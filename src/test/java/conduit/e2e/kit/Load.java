package conduit.e2e.kit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/**
 * A long sequence of bytes that is the same each time and different at each place, so that a piece
 * lost, doubled or moved changes its hash.
 *
 * @param seed two loads of different seeds share no byte pattern
 */
public record Load(long size, long seed) {

    private static final int PIECE = 65_536;

    public static Load ofMegabytes(int megabytes, long seed) {
        return new Load(megabytes * 1024L * 1024L, seed);
    }

    /** Writes all of it. */
    public void writeTo(OutputStream out) throws IOException {
        writeTo(out, new AtomicLong());
    }

    /** Writes all of it and says how much has been written so far. */
    public void writeTo(OutputStream out, AtomicLong written) throws IOException {
        byte[] piece = new byte[PIECE];
        new SplittableRandom(seed).nextBytes(piece);
        while (written.get() < size) {
            stamp(piece, written.get());
            int length = (int) Math.min(PIECE, size - written.get());
            out.write(piece, 0, length);
            written.addAndGet(length);
        }
    }

    /** Writes all of it and then the end of the stream, beside the test. */
    public Background<Boolean> sendAndFinish(Peer from) {
        return Background.doing(() -> {
            writeTo(from.out());
            from.finish();
        });
    }

    /** Writes all of it beside the test, and waits until nobody takes any more. */
    public Background<Boolean> writeToAStandstill(Peer to) {
        AtomicLong written = new AtomicLong();
        Background<Boolean> writing = Background.doing(() -> writeTo(to.out(), written));
        awaitStandstill(written);
        return writing;
    }

    /** Waits until a writer is stuck, because nobody reads what it writes. */
    public static void awaitStandstill(AtomicLong written) {
        AtomicLong last = new AtomicLong(-1);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(300))
                .until(() -> written.get() == last.getAndSet(written.get()));
    }

    private static void stamp(byte[] piece, long position) {
        for (int i = 0; i < Long.BYTES; i++) {
            piece[i] = (byte) (position >> (8 * i));
        }
    }

    /** The load in memory, for small ones. */
    public byte[] bytes() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        writeTo(all);
        return all.toByteArray();
    }

    /** What its receiver should have seen. */
    public Seen seen() throws IOException {
        MessageDigest digest = sha256();
        writeTo(
                new OutputStream() {
                    @Override
                    public void write(int next) {
                        digest.update((byte) next);
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) {
                        digest.update(bytes, offset, length);
                    }
                });
        return new Seen(size, HexFormat.of().formatHex(digest.digest()));
    }

    /** Length and SHA-256 of a stream of bytes. */
    public record Seen(long length, String sha256) {

        /** Reads to the end. */
        public static Seen in(InputStream in) throws IOException {
            MessageDigest digest = Load.sha256();
            byte[] piece = new byte[PIECE];
            long length = 0;
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                digest.update(piece, 0, read);
                length += read;
            }
            return new Seen(length, HexFormat.of().formatHex(digest.digest()));
        }
    }

    /** The first bytes of this load. */
    public Load upTo(long length) {
        return new Load(Math.min(size, length), seed);
    }

    /** How a stream of bytes ended. */
    public enum End {
        PROPER,
        BROKEN
    }

    /** So much of a load arrived, unchanged, before its stream ended. */
    public record Arrived(long bytes, End end) {}

    /** All of this load, and then the proper end. */
    public Arrived arrivedWhole() {
        return new Arrived(size, End.PROPER);
    }

    /** Reads to the end, be it proper or not; a byte that is not this load's is a failure. */
    public Arrived arrivedIn(InputStream in) throws IOException {
        byte[] expected = new byte[PIECE];
        new SplittableRandom(seed).nextBytes(expected);
        for (long position = 0; ; position += PIECE) {
            stamp(expected, position);
            byte[] piece = new byte[PIECE];
            int read = 0;
            End end = null;
            while (read < PIECE && end == null) {
                try {
                    int more = in.read(piece, read, PIECE - read);
                    end = more < 0 ? End.PROPER : null;
                    read += Math.max(more, 0);
                } catch (SocketException broken) {
                    end = End.BROKEN;
                }
            }
            int wrong = Arrays.mismatch(piece, 0, read, expected, 0, read);
            if (wrong >= 0 || position + read > size) {
                throw new AssertionError(
                        "byte %d is not the one that was sent".formatted(position + wrong));
            }
            if (end != null) {
                return new Arrived(position + read, end);
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
