package conduit.tunnel;

import conduit.config.Pseudonym;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What this process writes into the Via field (RFC 9110, section 7.6.3), so that a request that
 * comes back is known, and others see which way a message came.
 */
public sealed interface Via {

    /** For the pseudonym that is wanted; one of the process is drawn now. */
    static Via of(Pseudonym pseudonym) {
        return switch (pseudonym) {
            case Pseudonym.OfTheProcess() -> new Signed("conduit-" + random());
            case Pseudonym.Given(String name) -> new Signed(name);
            case Pseudonym.None() -> new Unsigned();
        };
    }

    private static String random() {
        byte[] random = new byte[5];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** Whether a request that came with these values has passed this process before. */
    boolean isIn(List<String> received);

    /** The value for a request that did not come in HTTP, if there is to be one. */
    Optional<String> alone();

    /**
     * The value for the next hop, if there is to be one: what was received, and this process.
     *
     * @param version of HTTP in which the message came: {@code 1.1}
     */
    Optional<String> after(List<String> received, String version);

    /** Under a name. */
    final class Signed implements Via {

        private final String pseudonym;
        private final Optional<String> alone;

        private Signed(String pseudonym) {
            this.pseudonym = pseudonym;
            this.alone = Optional.of("1.1 " + pseudonym);
        }

        /** Each proxy has left its protocol, its name and perhaps a comment. */
        @Override
        public boolean isIn(List<String> received) {
            for (String value : received) {
                for (String proxy : proxies(value)) {
                    String[] words = proxy.strip().split("[ \\t]+", 3);
                    if (words.length > 1 && words[1].equalsIgnoreCase(pseudonym)) {
                        return true;
                    }
                }
            }
            return false;
        }

        /**
         * A comment may hold commas, and does not divide (RFC 9110, section 5.6.5). From a comment
         * on that does not end, every comma divides: it must not hide whoever comes behind it.
         */
        private static List<String> proxies(String value) {
            List<String> proxies = new ArrayList<>();
            boolean comments = true;
            int from = 0;
            for (int at = 0; at < value.length(); at++) {
                if (value.charAt(at) == '(' && comments) {
                    int end = endOfComment(value, at);
                    comments = end > at;
                    at = end;
                } else if (value.charAt(at) == ',') {
                    proxies.add(value.substring(from, at));
                    from = at + 1;
                }
            }
            proxies.add(value.substring(from));
            return proxies;
        }

        /** Comments may be nested, and a backslash takes the meaning of what follows it. */
        private static int endOfComment(String value, int begin) {
            int depth = 0;
            for (int at = begin; at < value.length(); at++) {
                switch (value.charAt(at)) {
                    case '\\' -> at++;
                    case '(' -> depth++;
                    case ')' -> depth--;
                    default -> {}
                }
                if (depth == 0) {
                    return at;
                }
            }
            return begin;
        }

        /** The field knows no other protocols, so it says 1.1. */
        @Override
        public Optional<String> alone() {
            return alone;
        }

        @Override
        public Optional<String> after(List<String> received, String version) {
            if (received.isEmpty() && version.equals("1.1")) {
                return alone;
            }
            String own = version + " " + pseudonym;
            return Optional.of(received.isEmpty() ? own : String.join(", ", received) + ", " + own);
        }
    }

    /** Without a name: what others have written stays. */
    final class Unsigned implements Via {

        private Unsigned() {}

        @Override
        public boolean isIn(List<String> received) {
            return false;
        }

        @Override
        public Optional<String> alone() {
            return Optional.empty();
        }

        @Override
        public Optional<String> after(List<String> received, String version) {
            return received.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", received));
        }
    }
}
