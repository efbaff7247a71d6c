package conduit.doctor.rules;

/** Where in the kernel a chain looks at packets, as far as it can bring any to a listener. */
public enum Hook {
    /** Prerouting: what arrives here from others, or over the loopback device. */
    ARRIVING,
    /** Output: what programs of this machine send. */
    OWN,
    /** The same in a chain whose marks change no route: the packet has its way already. */
    OWN_ON_ITS_WAY
}
