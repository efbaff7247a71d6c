package conduit.explain;

import conduit.address.Destination;
import conduit.config.Upstream;
import conduit.outbound.dns.Answer;
import conduit.policy.Access;
import conduit.policy.Decision;
import conduit.policy.Policy;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Function;

/**
 * What becomes of an access, step by step as a tunnel takes them.
 *
 * @param asked what the policy says to the destination as it is asked for
 */
public record Explanation(Access access, Upstream upstream, Decision asked, Reached reached) {

    /** How far it comes. */
    public sealed interface Reached {
        /** Nowhere: it is refused as it is asked for. */
        record Nothing() implements Reached {}

        /** The parent is given the destination, and looks names up itself. */
        record Parent() implements Reached {}

        /**
         * The addresses are known, and each that is about to be dialled is decided on.
         *
         * @param judged in the order of the answer, at least one
         */
        record Addresses(List<Judged> judged) implements Reached {
            /** Copies the list. */
            public Addresses {
                judged = List.copyOf(judged);
            }
        }

        /** There is no address. */
        record Unknown(String why) implements Reached {}
    }

    /** What the policy says to one address. */
    public record Judged(InetAddress address, Decision decision) {}

    /**
     * Asks the policy.
     *
     * @param lookUp waits for what is known of a name
     */
    public static Explanation of(
            Access access, Upstream upstream, Policy policy, Function<String, Answer> lookUp) {
        Decision asked = policy.asked(access);
        return new Explanation(
                access, upstream, asked, reached(access, upstream, policy, asked, lookUp));
    }

    private static Reached reached(
            Access access,
            Upstream upstream,
            Policy policy,
            Decision asked,
            Function<String, Answer> lookUp) {
        if (!asked.allows()) {
            return new Reached.Nothing();
        }
        if (upstream instanceof Upstream.Parent) {
            return new Reached.Parent();
        }
        return switch (access.destination()) {
            case Destination.Address(var address, int _) ->
                    new Reached.Addresses(List.of(new Judged(address, asked)));
            case Destination.Name(String name, int _) ->
                    switch (lookUp.apply(name)) {
                        case Answer.Found(var addresses, var _) ->
                                new Reached.Addresses(
                                        addresses.stream()
                                                .map(address ->
                                                        new Judged(
                                                                address,
                                                                policy.dialling(access, address)))
                                                .toList());
                        case Answer.NotFound() -> new Reached.Unknown("there is no such name");
                        case Answer.Failed(var why) -> new Reached.Unknown(words(why));
                    };
        };
    }

    private static String words(Answer.Why why) {
        return switch (why) {
            case SERVERS_FAILED -> "the name servers failed to answer";
            case SERVERS_SILENT -> "the name servers did not answer in time";
            case OUT_OF_DESCRIPTORS -> "no file descriptor is left to look it up";
        };
    }

    /** Whether what was asked for is a name that conduit looks up itself. */
    public boolean isLookedUp() {
        return access.destination() instanceof Destination.Name
                && (reached instanceof Reached.Addresses || reached instanceof Reached.Unknown);
    }

    /** Whether the client may have what it asks for, by one of its addresses at least. */
    public boolean allows() {
        return switch (reached) {
            case Reached.Nothing(), Reached.Unknown(var _) -> false;
            case Reached.Parent() -> true;
            case Reached.Addresses(var judged) ->
                    judged.stream().anyMatch(one -> one.decision().allows());
        };
    }
}
