package conduit.doctor.look;

import java.util.Locale;

/** Parts of nftables that the rules need, each in a module of the kernel of its own. */
public enum Expression {
    TPROXY("nft_tproxy", "filter", "-150", "meta l4proto tcp tproxy to :1"),
    SOCKET("nft_socket", "filter", "-150", "socket wildcard 0 socket transparent 1 accept"),
    REDIRECT("nft_redir", "nat", "-100", "meta l4proto tcp redirect to :1");

    private final String module;
    private final String type;
    private final String priority;
    private final String statement;

    Expression(String module, String type, String priority, String statement) {
        this.module = module;
        this.type = type;
        this.priority = priority;
        this.statement = statement;
    }

    /** The module, for modprobe(8). */
    public String module() {
        return module;
    }

    /** A table that uses it, to be checked and not installed. */
    String trial() {
        return """
        table inet conduit_trial {
          chain trial {
            type %s hook prerouting priority %s
            %s
          }
        }
        """
                .formatted(type, priority, statement);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
