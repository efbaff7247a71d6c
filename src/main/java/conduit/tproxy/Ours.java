package conduit.tproxy;

/** By what conduit's own rules, routing rules and routes are known again. */
public final class Ours {

    /** Conduit's table of nftables, with its family. */
    public static final String TABLE = "inet conduit";

    /** The set of that table with the interfaces whose connections are caught. */
    public static final String IN_INTERFACES = "in_interfaces";

    /** The routing protocol of its routing rules and routes: C, free in /etc/iproute2/rt_protos. */
    public static final int PROTOCOL = 67;

    /** Before what VPNs and the like add: a packet with the mark is for this machine only. */
    public static final int PRIORITY = 100;

    private Ours() {}
}
