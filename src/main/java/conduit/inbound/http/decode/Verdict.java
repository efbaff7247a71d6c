package conduit.inbound.http.decode;

/** What a scanner makes of the bytes so far. */
sealed interface Verdict {

    /** Sound so far, and not complete. */
    record Incomplete() implements Verdict {}

    /** Complete and sound. */
    record Sound() implements Verdict {}

    /** Not to be read any further. */
    record Flawed(Flaw flaw) implements Verdict {}

    Verdict INCOMPLETE = new Incomplete();
    Verdict SOUND = new Sound();

    /** Not what the grammar allows. */
    static Verdict malformed(String detail) {
        return flawed(Flaw.Kind.MALFORMED, detail);
    }

    /** Flawed in this way. */
    static Verdict flawed(Flaw.Kind kind, String detail) {
        return new Flawed(new Flaw(kind, detail));
    }
}
