package conduit.e2e.kit;

import java.net.InetSocketAddress;

/** How the proxy under test reaches destinations: directly, or through a parent of either kind. */
public enum Upstream {
    DIRECT,
    HTTP,
    SOCKS5;

    /** The flag that leads through this parent. */
    public String flag(Target parent) {
        return switch (this) {
            case DIRECT -> throw new AssertionError("nobody is a parent of a direct way out");
            case HTTP -> "--upstream=http://" + parent;
            case SOCKS5 -> "--upstream=socks5://" + parent;
        };
    }

    /** Where a conduit that is the parent takes such children. */
    InetSocketAddress listener(TestProxy parent) {
        return switch (this) {
            case DIRECT -> throw new AssertionError("nobody is a parent of a direct way out");
            case HTTP -> parent.http();
            case SOCKS5 -> parent.socks5();
        };
    }
}
