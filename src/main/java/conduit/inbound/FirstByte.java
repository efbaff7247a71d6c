package conduit.inbound;

import java.util.Locale;

/** Guesses from its first byte which protocol somebody speaks on the wrong listener. */
public final class FirstByte {

    private FirstByte() {}

    /** A guess for a person: {@code it looks like TLS}. */
    public static String looksLike(byte first) {
        return switch (first) {
            case 0x04 -> "it looks like SOCKS4";
            case 0x05 -> "it looks like SOCKS5";
            case 0x16 -> "it looks like TLS";
            default ->
                    first >= 'A' && first <= 'Z'
                            ? "it looks like an HTTP request"
                            : String.format(Locale.ROOT, "its first byte is 0x%02x", first);
        };
    }
}
