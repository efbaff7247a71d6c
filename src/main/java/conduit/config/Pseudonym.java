package conduit.config;

import java.util.regex.Pattern;

/** How conduit names itself to other proxies, in the Via field (RFC 9110, section 7.6.3). */
public sealed interface Pseudonym {

    /** With a name that is new with each process and says nothing about the machine. */
    record OfTheProcess() implements Pseudonym {}

    /**
     * With this name.
     *
     * @param name a token (RFC 9110, section 5.6.2) of at most {@link #LONGEST} characters
     */
    record Given(String name) implements Pseudonym {

        /** Names are repeated in every message, and by every proxy behind us. */
        public static final int LONGEST = 100;

        private static final Pattern TOKEN =
                Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1," + LONGEST + "}");

        /**
         * Checks it.
         *
         * @throws IllegalArgumentException when it is no such token
         */
        public Given {
            if (!isOne(name)) {
                throw new IllegalArgumentException("not a pseudonym: " + name);
            }
        }

        /** Whether this can be a name. */
        public static boolean isOne(String text) {
            return TOKEN.matcher(text).matches();
        }
    }

    /** Not at all, so that a loop through other proxies is not noticed. */
    record None() implements Pseudonym {}
}
