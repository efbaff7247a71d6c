package conduit.users;

import static java.nio.charset.StandardCharsets.UTF_8;

import conduit.address.Parsed;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a new password: twice and without an echo at a terminal, and otherwise one line of
 * standard input, in the bytes that come. Blocks.
 */
public final class Password {

    /** What bcrypt looks at; a longer one would be another than its user thinks. */
    private static final int LONGEST_BYTES = 72;

    private Password() {}

    /** The password for this user. */
    // On JDK 25 it is null again where there is no terminal.
    @SuppressWarnings("SystemConsoleNull")
    public static Parsed<byte[]> ask(String user, InputStream standardInput) {
        @Nullable Console console = System.console();
        return console != null && console.isTerminal()
                ? fromTerminal(console, user)
                : fromLine(standardInput);
    }

    private static Parsed<byte[]> fromTerminal(Console console, String user) {
        char @Nullable [] first = console.readPassword("Password for %s: ", user);
        char @Nullable [] again = console.readPassword("The same again: ");
        if (first == null || again == null) {
            return Parsed.invalid("there is none");
        }
        if (!Arrays.equals(first, again)) {
            return Parsed.invalid("the two are not the same");
        }
        String typed = new String(first);
        // What Java makes of bytes that are no character in the terminal's charset.
        return typed.indexOf('\ufffd') >= 0
                ? Parsed.invalid("it contains a character that the locale (LANG) does not know")
                : checked(typed.getBytes(UTF_8));
    }

    static Parsed<byte[]> fromLine(InputStream in) {
        // A few more than are allowed, so that a longer one is noticed.
        byte[] line = new byte[LONGEST_BYTES + 3];
        int length = 0;
        try {
            for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
                if (length == line.length) {
                    break;
                }
                line[length++] = (byte) next;
            }
        } catch (IOException e) {
            return Parsed.invalid("standard input cannot be read");
        }
        boolean carriageReturn = length > 0 && line[length - 1] == '\r';
        return checked(Arrays.copyOf(line, carriageReturn ? length - 1 : length));
    }

    private static Parsed<byte[]> checked(byte[] password) {
        if (password.length == 0) {
            return Parsed.invalid("it is empty");
        }
        if (password.length > LONGEST_BYTES) {
            return Parsed.invalid("it is longer than bcrypt takes, " + LONGEST_BYTES + " bytes");
        }
        for (byte next : password) {
            // RFC 7617, section 2: a password must not contain any.
            if ((next >= 0 && next < ' ') || next == 0x7f) {
                return Parsed.invalid("it contains a control character");
            }
        }
        return Parsed.valid(password);
    }
}
