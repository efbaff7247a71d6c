package conduit.config.rules;

import conduit.address.Network;

/** A set of destinations, whatever their port. */
public sealed interface Target {

    /** Every destination. */
    record Anything() implements Target {
        @Override
        public String toString() {
            return "*";
        }
    }

    /** Those whose address, the one that is dialled, is in the network. */
    record In(Network network) implements Target {
        @Override
        public String toString() {
            return network.toString();
        }
    }

    /**
     * Those that are asked for by this name.
     *
     * @param name in lower case, without a dot at its end
     */
    record Named(String name) implements Target {
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * Those that are asked for by this name, the apex, or by one below it.
     *
     * @param apex in lower case, without a dot at its beginning or end
     */
    record Under(String apex) implements Target {
        @Override
        public String toString() {
            return "." + apex;
        }
    }
}
