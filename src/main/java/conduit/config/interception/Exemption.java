package conduit.config.interception;

import conduit.config.Fwmark;

/** By what conduit's own connections are told from the others of this machine. */
public sealed interface Exemption {

    /** They carry this mark (SO_MARK), which conduit sets when told to. */
    record OfMark(Fwmark mark) implements Exemption {}

    /** The process that opened them runs as this user, given by name or number. */
    record OfUser(String user) implements Exemption {}

    /** The process that opened them runs in this group, given by name or number. */
    record OfGroup(String group) implements Exemption {}
}
