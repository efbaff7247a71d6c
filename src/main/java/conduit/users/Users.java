package conduit.users;

import java.util.Comparator;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** The users of a file, at least one. Immutable; to prove a claim takes long. */
public final class Users {

    private final Map<String, Hash> hashes;
    private final Hash costliest;

    /** Copies the map. */
    Users(Map<String, Hash> hashes) {
        this.hashes = Map.copyOf(hashes);
        this.costliest =
                this.hashes.values().stream()
                        .max(Comparator.comparingLong(Hash::costMicros))
                        .orElseThrow(() -> new IllegalArgumentException("no users"));
    }

    /** How many there are. */
    public int count() {
        return hashes.size();
    }

    /** Whether anybody is called so. */
    public boolean has(String name) {
        return hashes.containsKey(name);
    }

    /**
     * Whether a claim is true. A wrong one takes as long as the costliest hash at least, whether
     * there is such a user or not, so that the time does not tell who is in the file.
     */
    boolean prove(Claim claim) {
        return prove(claim, Hash::matches);
    }

    boolean prove(Claim claim, BiPredicate<Hash, byte[]> comparison) {
        @Nullable Hash own = claim.user().map(hashes::get).orElse(null);
        if (own != null && comparison.test(own, claim.password())) {
            return true;
        }
        if (own == null || own.costMicros() < costliest.costMicros()) {
            // For its time alone.
            boolean _ = comparison.test(costliest, claim.password());
        }
        return false;
    }
}
