package conduit.doctor.rules;

import java.util.Locale;

/** How a rule brings a connection to a listener. */
public enum Means {
    /** To the same port of the address at which the packet arrived, or of the loopback device. */
    REDIRECT,
    /** To an address that the rule names. */
    DNAT,
    /** To a transparent socket, the packet left as it was (kernel: networking/tproxy.rst). */
    TPROXY;

    @Override
    public String toString() {
        return name().toUpperCase(Locale.ROOT);
    }
}
