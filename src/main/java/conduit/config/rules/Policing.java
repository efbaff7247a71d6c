package conduit.config.rules;

/** Who may go where: the rules, and the guard behind them. */
public record Policing(RuleSet rules, Guarding guarding) {

    /** What holds where nothing is said: everybody may go everywhere that the guard leaves open. */
    public static final Policing DEFAULT = new Policing(RuleSet.NONE, Guarding.LOCAL);
}
