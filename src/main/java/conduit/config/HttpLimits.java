package conduit.config;

/**
 * How much of an HTTP message is read before its end is seen. Whatever is longer is refused.
 *
 * @param requestLine bytes of a request line, without the CRLF at its end
 * @param headerSize bytes of a header block, in requests and in responses, and of the trailers: of
 *     all field lines with their CRLF, without the empty line behind them
 * @param headerFields fields of each of them
 */
public record HttpLimits(int requestLine, int headerSize, int headerFields) {

    /** What servers and other proxies read; RFC 9112, section 3, recommends 8000 at least. */
    public static final HttpLimits DEFAULT = new HttpLimits(16 * 1024, 64 * 1024, 200);

    /** Less would refuse what browsers send every day. */
    public static final int LEAST_BYTES = 1024;

    /** Each client can make us hold so much. */
    public static final int MOST_BYTES = 1024 * 1024;

    /** Less would refuse what browsers send every day. */
    public static final int LEAST_FIELDS = 20;

    /** Each field costs an object or two. */
    public static final int MOST_FIELDS = 10_000;

    /**
     * Checks each.
     *
     * @throws IllegalArgumentException when one is out of its range
     */
    public HttpLimits {
        require("requestLine", requestLine, LEAST_BYTES, MOST_BYTES);
        require("headerSize", headerSize, LEAST_BYTES, MOST_BYTES);
        require("headerFields", headerFields, LEAST_FIELDS, MOST_FIELDS);
    }

    private static void require(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is out of range: " + value);
        }
    }
}
