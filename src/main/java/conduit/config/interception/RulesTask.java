package conduit.config.interception;

/** What is to be done about rules. */
public sealed interface RulesTask {

    /** The firewall program that a printed script is for. */
    enum Dialect {
        NFTABLES,
        IPTABLES
    }

    /** Print a script that installs them. */
    record Print(Interception interception, Dialect dialect) implements RulesTask {}

    /** Install them, in place of those that conduit has installed before. */
    record Apply(Interception interception) implements RulesTask {}

    /** Take away what conduit has installed, whatever it was. */
    record Remove() implements RulesTask {}
}
