package conduit.doctor.rules;

import conduit.tproxy.Ours;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * By what the things of one canary are known, and told from those of others: eight random
 * hexadecimal digits. The number of its process would not do, as a container has numbers of its
 * own.
 */
public record Tag(String digits) {

    private static final String TABLE = "conduit_canary_";
    private static final String DEVICE = "canary-";

    private static final Pattern TABLE_OF = Pattern.compile(TABLE + "([0-9a-f]{8})");
    private static final Pattern DEVICE_OF = Pattern.compile(DEVICE + "([0-9a-f]{8})");

    /** What an element of a set bears that is a canary's, since others may have such names, too. */
    static final String COMMENT = "a canary of the doctor";

    private static final SecureRandom RANDOM = new SecureRandom();

    /** One that nobody has. */
    public static Tag fresh() {
        return new Tag(HexFormat.of().toHexDigits(RANDOM.nextInt()));
    }

    /** That of a table of nftables with this name. */
    static Optional<Tag> ofTable(String name) {
        return of(TABLE_OF.matcher(name));
    }

    /** That of an interface with this name. */
    static Optional<Tag> ofDevice(String name) {
        return of(DEVICE_OF.matcher(name));
    }

    private static Optional<Tag> of(Matcher name) {
        return name.matches() ? Optional.of(new Tag(name.group(1))) : Optional.empty();
    }

    /** The canary's table, with its family. */
    public String table() {
        return "inet " + TABLE + digits;
    }

    /** The canary's interface: a name must be shorter than 16 characters (netdevice(7)). */
    public String device() {
        return DEVICE + digits;
    }

    /** The name that is shown while it lives. */
    public String shown() {
        return "conduit-canary-" + digits;
    }

    /** The same for each, but different for most: at least 0. */
    public int number() {
        return Integer.parseUnsignedInt(digits, 16) >>> 1;
    }

    /** The command of nft(8) that adds the interface to conduit's set. */
    public String adding() {
        return "add element %s %s { \"%s\" comment \"%s\" }"
                .formatted(Ours.TABLE, Ours.IN_INTERFACES, device(), COMMENT);
    }

    /** The command of nft(8) that takes it out of there. */
    public String deleting() {
        return "delete element %s %s { \"%s\" }"
                .formatted(Ours.TABLE, Ours.IN_INTERFACES, device());
    }
}
