package conduit.config.flags;

/** A command that takes the flags of the proxy, and with them a configuration file. */
interface ProxyCommand extends CommandFlags {

    /** How the mixin with those flags is called. */
    String PROXY = "Proxy";

    /** What the values of those flags look like, for the end of the help. */
    String FORMS =
            """
            IP:port   An IPv4 address, or an IPv6 address in brackets, and a port: [::1]:8080
            NETWORK   An address, or an address and a number of bits: 10.0.0.0/8, 2001:db8::/32
            TARGET    NETWORK, example.com, .example.com or *, and perhaps :PORT or :FIRST-LAST;
                      with a port, IPv6 stands in brackets: [2001:db8::/32]:443
            DURATION  Whole numbers with the units h, m, s, ms in this order: 500ms, 10s, 1m30s
            RATE      Bytes per second, with K, M, G (1000) or Ki, Mi, Gi (1024): 500K, 10M, 1Gi\
            """;

    /** The flags of the proxy. */
    Options options();
}
