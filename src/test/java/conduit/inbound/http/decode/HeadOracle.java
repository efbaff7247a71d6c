package conduit.inbound.http.decode;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A second opinion on heads that shares nothing with {@link HeadScanner}: the grammar of RFC 9112
 * as one regular expression over a whole head, and counts of the fields that may not be doubled.
 */
final class HeadOracle {

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";

    private static final String AUTHORITY = "[-._~%!$&'()*+,;=:\\[\\]0-9A-Za-z]*";

    private static final Pattern HEAD =
            Pattern.compile(
                    "(?<method>"
                            + TOKEN
                            + ") "
                            + "(?<target>[!-\"$-~]++) "
                            + "HTTP/(?<version>[0-9]\\.[0-9])\r\n"
                            + "(?<fields>(?:"
                            + TOKEN
                            + ":[\t -~\\x80-\\xff]*+\r\n)*+)"
                            + "\r\n");

    private HeadOracle() {}

    /** Whether this is a head, and nothing but one, that cannot be read in two ways. */
    static boolean isSound(String head) {
        Matcher matcher = HEAD.matcher(head);
        if (!matcher.matches()) {
            return false;
        }
        boolean http10 = matcher.group("version").equals("1.0");
        if (!http10 && !matcher.group("version").equals("1.1")) {
            return false;
        }
        boolean connect = matcher.group("method").equals("CONNECT");
        long hosts = count("host", matcher);
        long lengths = count("content-length", matcher);
        long codings = count("transfer-encoding", matcher);
        boolean bodiless = lengths == 0 && codings == 0;
        return hosts <= 1
                && (hosts == 1 || http10 || connect)
                && (bodiless || !connect)
                && (bodiless || lengths + codings == 1)
                && (codings == 0 || !http10)
                && isFramed(head)
                && fieldValues("host", head).allMatch(host -> host.matches(AUTHORITY));
    }

    /** Whether some bytes behind these could make a head of the grammar. */
    @SuppressWarnings("JdkObsolete") // Whether more bytes could change the answer is the question.
    static boolean mayGrowIntoAHead(String beginning) {
        Matcher matcher = HEAD.matcher(beginning);
        return !matcher.matches() && matcher.hitEnd();
    }

    /** Whether the length or coding, if there is one, is of the only form that conduit reads. */
    private static boolean isFramed(String head) {
        return fieldValues("content-length", head).allMatch(HeadOracle::isLength)
                && fieldValues("transfer-encoding", head).allMatch("chunked"::equalsIgnoreCase);
    }

    private static boolean isLength(String value) {
        return value.matches("[0-9]{1,18}");
    }

    private static Stream<String> fieldValues(String name, String head) {
        return Pattern.compile("(?imd)^" + name + ":[ \t]*(.*?)[ \t]*\r$")
                .matcher(head)
                .results()
                .map(field -> field.group(1));
    }

    static String method(String head) {
        return group(head, "method");
    }

    static String target(String head) {
        return group(head, "target");
    }

    static long fields(String head) {
        return group(head, "fields").lines().count();
    }

    private static String group(String head, String name) {
        Matcher matcher = HEAD.matcher(head);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no head: " + head);
        }
        return matcher.group(name);
    }

    private static long count(String name, Matcher head) {
        return Pattern.compile("(?imd)^" + name + ":")
                .matcher(head.group("fields"))
                .results()
                .count();
    }
}
