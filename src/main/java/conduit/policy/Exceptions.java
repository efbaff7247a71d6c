package conduit.policy;

import conduit.policy.SpecialPurpose.GuardedBy;

/**
 * What one rule takes out of the guard: those of its networks that lie wholly within a
 * special-purpose block. Who names such a network means it; who names {@code 0.0.0.0/0} need not
 * have thought of them. What mode LOCAL refuses is taken out only by networks within blocks of that
 * mode: so {@code 100.64.0.0/10} does not open the metadata of the cloud that has it there.
 *
 * @param local networks within blocks of mode LOCAL
 * @param strict networks within blocks of either mode
 * @param innerLocal networks whose embedded IPv4 networks are within blocks of mode LOCAL
 * @param innerStrict networks whose embedded IPv4 networks are within blocks of either mode
 */
record Exceptions(
        NetworkTree local, NetworkTree strict, NetworkTree innerLocal, NetworkTree innerStrict) {

    /** None. */
    static final Exceptions NONE =
            new Exceptions(
                    NetworkTree.EMPTY, NetworkTree.EMPTY, NetworkTree.EMPTY, NetworkTree.EMPTY);

    /** Whether an address is taken out of what refuses it. */
    boolean hold(long high, long low, GuardedBy by) {
        return switch (by) {
            case LOCAL -> local.holds(high, low);
            case STRICT -> strict.holds(high, low);
            case NOBODY -> true;
        };
    }

    /** Whether an address is taken out of what refuses the IPv4 address in it. */
    boolean holdInner(long high, long low, GuardedBy by) {
        return switch (by) {
            case LOCAL -> innerLocal.holds(high, low);
            case STRICT -> innerStrict.holds(high, low);
            case NOBODY -> true;
        };
    }
}
