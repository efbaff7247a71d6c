package conduit.config.flags;

/** A command that takes the flags of the proxy, and with them a configuration file. */
interface ProxyCommand extends CommandFlags {

    /** How the mixin with those flags is called. */
    String PROXY = "Proxy";

    /** The flags of the proxy. */
    Options options();
}
