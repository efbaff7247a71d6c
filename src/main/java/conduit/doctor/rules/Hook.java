package conduit.doctor.rules;

/** Where in the kernel a chain looks at packets, as far as it can bring any to a listener. */
public enum Hook {
    /** Prerouting: what arrives here from others, or over the loopback device. */
    ARRIVING,
    /** Output: what programs of this machine send. */
    OWN
}
