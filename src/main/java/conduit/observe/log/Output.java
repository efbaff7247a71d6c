package conduit.observe.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Where lines go. May block; called by the one thread that writes there. */
interface Output {

    /** Called once, before anything is written; each write tries it again where it has failed. */
    default void open() throws IOException {}

    /** Hands all of it to the kernel, if it can; moves the position behind what the kernel took. */
    void write(ByteBuffer lines) throws IOException;

    /** Goes on at the same name; stays where it was when that cannot be had. */
    default void reopen() throws IOException {}

    /** Nothing more is written. */
    default void close() throws IOException {}

    /** What stands before each line there. */
    default Prefix prefix() {
        return Prefix.NONE;
    }

    /** What it is called in messages. */
    String name();

    /** Standard error. */
    static Output standardError() {
        return of(new FileOutputStream(FileDescriptor.err), "standard error", standard(2));
    }

    /** Standard output. */
    static Output standardOutput() {
        return of(new FileOutputStream(FileDescriptor.out), "standard output", standard(1));
    }

    private static Prefix standard(int descriptor) {
        return Prefix.of(Path.of("/proc/self/fd/" + descriptor), System.getenv());
    }

    /** A stream that takes all or fails. */
    private static Output of(OutputStream stream, String name, Prefix prefix) {
        return new Output() {
            @Override
            public void write(ByteBuffer lines) throws IOException {
                stream.write(
                        lines.array(), lines.arrayOffset() + lines.position(), lines.remaining());
                lines.position(lines.limit());
            }

            @Override
            public Prefix prefix() {
                return prefix;
            }

            @Override
            public String name() {
                return name;
            }
        };
    }
}
