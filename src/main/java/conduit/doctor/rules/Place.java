package conduit.doctor.rules;

import conduit.tproxy.Ours;

/** Where a rule stands, and the commands that change it there. */
public sealed interface Place {

    /** For a sentence: {@code inet conduit prerouting}. */
    String says();

    /** Whether {@code conduit tproxy rules} has put it there. */
    boolean isOurs();

    /** The command that takes the rule away. */
    String removal();

    /** The command that shows it among the others of its table. */
    String listing();

    /** The command that leaves packets with this mark alone, in front of all rules of the chain. */
    String exemption(int mark);

    /** A rule of nftables. */
    record Nft(String family, String table, String chain, int handle) implements Place {
        @Override
        public String says() {
            return inTable() + " " + chain;
        }

        /** {@code inet conduit}. */
        public String inTable() {
            return family + " " + table;
        }

        @Override
        public boolean isOurs() {
            return inTable().equals(Ours.TABLE);
        }

        @Override
        public String removal() {
            return "nft delete rule %s %s %s handle %d".formatted(family, table, chain, handle);
        }

        @Override
        public String listing() {
            return "nft list table " + inTable();
        }

        @Override
        public String exemption(int mark) {
            return "nft insert rule %s %s %s meta mark %s return"
                    .formatted(family, table, chain, Mark.text(mark));
        }
    }

    /**
     * A rule of iptables.
     *
     * @param program {@code iptables} or {@code ip6tables}
     * @param specification what stands behind {@code -A}, the chain first
     */
    record Iptables(String program, String table, String chain, String specification)
            implements Place {
        @Override
        public String says() {
            return program + " " + table + " " + chain;
        }

        @Override
        public boolean isOurs() {
            return false;
        }

        @Override
        public String removal() {
            return "%s -t %s -D %s".formatted(program, table, specification);
        }

        @Override
        public String listing() {
            return program + "-save -t " + table;
        }

        @Override
        public String exemption(int mark) {
            return "%s -t %s -I %s -m mark --mark %s -j RETURN"
                    .formatted(program, table, chain, Mark.text(mark));
        }
    }
}
