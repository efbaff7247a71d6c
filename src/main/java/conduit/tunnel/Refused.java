package conduit.tunnel;

import java.time.Duration;
import java.util.Optional;

/**
 * A refusal together with what was wrong this time: who failed, in which phase, the system's error
 * where there was one, and words for a person, as in {@code connect to 192.0.2.1:80: connection
 * refused}. The words are printable ASCII, so that a log line stays a line and a header field a
 * field; any other character becomes a question mark.
 *
 * @param errno the name of the error of the system call that failed: {@code ECONNREFUSED}
 * @param detail for the log, whose readers may know everything
 * @param told for the client, where its protocol has words; never an operator's rule or an address
 *     that the client has not named and may not dial
 */
public record Refused(
        Refusal refusal,
        Party by,
        Phase phase,
        Optional<String> errno,
        String detail,
        String told) {

    /** Makes the words printable. */
    public Refused {
        detail = printable(detail);
        told = printable(told);
    }

    /** One of which the client is told what the log is. */
    public Refused(Refusal refusal, Party by, Phase phase, Optional<String> errno, String detail) {
        this(refusal, by, phase, errno, detail, detail);
    }

    private static String printable(String text) {
        StringBuilder printable = new StringBuilder(text);
        for (int i = 0; i < printable.length(); i++) {
            char c = printable.charAt(i);
            if (c < ' ' || c > '~') {
                printable.setCharAt(i, '?');
            }
        }
        return printable.toString();
    }

    /** In the phase and by the party that are usual for this refusal, without an errno. */
    public static Refused of(Refusal refusal, String detail) {
        return new Refused(refusal, refusal.party(), refusal.phase(), Optional.empty(), detail);
    }

    /** The same, by another party. */
    public Refused by(Party other) {
        return new Refused(refusal, other, phase, errno, detail, told);
    }

    /** The same, in another phase. */
    public Refused in(Phase other) {
        return new Refused(refusal, by, other, errno, detail, told);
    }

    /** The same, with the name of a system call's error, if there was one. */
    public Refused withErrno(Optional<String> name) {
        return new Refused(refusal, by, phase, name, detail, told);
    }

    /** The same, of which the client is told only this. */
    public Refused telling(String words) {
        return new Refused(refusal, by, phase, errno, detail, words);
    }

    /** A time as details write it: {@code 10 s}, {@code 250 ms}. */
    public static String written(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
