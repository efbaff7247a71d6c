package conduit.config.flags;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Why a file could not be read, as a fragment for the operator. */
final class Unreadable {

    private Unreadable() {}

    static String because(IOException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "we may not read it";
            default -> "it cannot be read";
        };
    }
}
