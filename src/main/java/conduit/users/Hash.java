package conduit.users;

import static java.nio.charset.StandardCharsets.US_ASCII;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import conduit.address.Parsed;
import java.security.MessageDigest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.Md5Crypt;
import org.apache.commons.codec.digest.Sha2Crypt;

/**
 * A salted password hash of the file of users. Immutable; to compare one takes from a millisecond
 * to seconds and is nothing for event loops. Never shown.
 */
final class Hash {

    private enum Scheme {
        BCRYPT,
        APR1,
        SHA256,
        SHA512
    }

    /** As htpasswd makes them; a comparison at 17 takes about ten seconds. */
    private static final int HIGHEST_BCRYPT_COST = 17;

    private static final int LOWEST_BCRYPT_COST = 4;

    /** About a second for SHA-512. */
    private static final int MOST_ROUNDS = 1_000_000;

    /** Where the hash does not say. */
    private static final int USUAL_ROUNDS = 5_000;

    private static final String CHARACTER = "[./A-Za-z0-9]";

    private static final Pattern BCRYPT_FORM =
            Pattern.compile("\\$2[aby]\\$(\\d\\d)\\$" + CHARACTER + "{53}");
    private static final Pattern APR1_FORM =
            Pattern.compile("\\$apr1\\$" + CHARACTER + "{1,8}\\$" + CHARACTER + "{22}");
    private static final Pattern SHA256_FORM = shaCrypt('5', 43);
    private static final Pattern SHA512_FORM = shaCrypt('6', 86);

    /** Which of $2a$, $2b$ and $2y$ it is makes no difference to sound implementations. */
    private static final BCrypt.Version VERSION = BCrypt.Version.VERSION_2Y;

    /** As everybody does: bcrypt looks at the first 72 bytes. */
    private static final BCrypt.Verifyer BCRYPT_VERIFYER =
            BCrypt.verifyer(VERSION, LongPasswordStrategies.truncate(VERSION));

    private final Scheme scheme;
    private final String text;
    private final long costMicros;

    private Hash(Scheme scheme, String text, long costMicros) {
        this.scheme = scheme;
        this.text = text;
        this.costMicros = costMicros;
    }

    /** Whether it is written in the same way, with the same salt. */
    boolean isWrittenAs(Hash other) {
        return text.equals(other.text);
    }

    private static Pattern shaCrypt(char digit, int length) {
        return Pattern.compile(
                "\\$%c\\$(?:rounds=([1-9]\\d{3,8})\\$)?%s{1,16}\\$%2$s{%d}"
                        .formatted(digit, CHARACTER, length));
    }

    /** Reads what stands behind the colon. Why not is said without a word of it. */
    static Parsed<Hash> parse(String text) {
        Matcher bcrypt = BCRYPT_FORM.matcher(text);
        if (bcrypt.matches()) {
            return bcrypt(text, Integer.parseInt(bcrypt.group(1)));
        }
        if (APR1_FORM.matcher(text).matches()) {
            return Parsed.valid(new Hash(Scheme.APR1, text, 1_000));
        }
        Matcher sha256 = SHA256_FORM.matcher(text);
        if (sha256.matches()) {
            return shaCrypt(Scheme.SHA256, text, sha256, 0.4);
        }
        Matcher sha512 = SHA512_FORM.matcher(text);
        return sha512.matches()
                ? shaCrypt(Scheme.SHA512, text, sha512, 1)
                : Parsed.invalid(whatElse(text));
    }

    private static Parsed<Hash> bcrypt(String text, int cost) {
        return cost < LOWEST_BCRYPT_COST || cost > HIGHEST_BCRYPT_COST
                ? Parsed.invalid("its bcrypt cost is not 4 to 17")
                : Parsed.valid(new Hash(Scheme.BCRYPT, text, 60L << cost));
    }

    private static Parsed<Hash> shaCrypt(
            Scheme scheme, String text, Matcher form, double microsPerRound) {
        int rounds = form.group(1) == null ? USUAL_ROUNDS : Integer.parseInt(form.group(1));
        return rounds > MOST_ROUNDS
                ? Parsed.invalid("it has more than " + MOST_ROUNDS + " rounds")
                : Parsed.valid(new Hash(scheme, text, Math.round(rounds * microsPerRound)));
    }

    private static String whatElse(String text) {
        String accepted = "; bcrypt ($2y$), apr1 and SHA-crypt ($5$, $6$) are accepted";
        if (text.isEmpty()) {
            return "there is no password behind the colon";
        }
        if (text.startsWith("{SHA}")) {
            return "the password is SHA-1 without salt" + accepted;
        }
        return text.startsWith("$")
                ? "the hash is broken or of another scheme" + accepted
                : "the password is plain text or crypt(3)" + accepted;
    }

    /**
     * A hash for a new line: bcrypt $2y$.
     *
     * @param password 72 bytes at most, of which bcrypt would ignore any more
     */
    static String make(int cost, byte[] password) {
        return new String(BCrypt.with(VERSION).hash(cost, password), US_ASCII);
    }

    /** Whether it is of this password. Overwrites the password. */
    boolean matches(byte[] password) {
        return switch (scheme) {
            case BCRYPT -> BCRYPT_VERIFYER.verify(password, text.getBytes(US_ASCII)).verified;
            case APR1 -> equalsText(Md5Crypt.apr1Crypt(password, text));
            case SHA256 -> equalsText(Sha2Crypt.sha256Crypt(password, text));
            case SHA512 -> equalsText(Sha2Crypt.sha512Crypt(password, text));
        };
    }

    private boolean equalsText(String made) {
        return MessageDigest.isEqual(made.getBytes(US_ASCII), text.getBytes(US_ASCII));
    }

    /** About how long a comparison takes; only good to be compared. */
    long costMicros() {
        return costMicros;
    }

    /** Only the scheme. */
    @Override
    public String toString() {
        return scheme.name();
    }
}
