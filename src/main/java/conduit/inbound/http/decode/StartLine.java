package conduit.inbound.http.decode;

/** The first line of a head, judged byte by byte, and what it says about the fields behind it. */
sealed interface StartLine permits RequestLine, StatusLine {

    /**
     * Goes over the bytes that need no more than to be of their part's kind.
     *
     * @param position in the line of the byte at {@code from}, from 0
     * @return where the first byte is, or {@code to}, that has to be judged by {@link #next}
     */
    int skim(byte[] bytes, int from, int to, int position);

    /**
     * Judges the next byte; the line is sound with its line feed.
     *
     * @param position of the byte in the line, from 0
     */
    Verdict next(byte b, int position);

    /** Judges the line and the fields together, when both are complete. */
    Verdict judge(Framing framing);

    /** How the body of a sound head ends. */
    BodyEnd bodyEnd(Framing framing);
}
