/** The firewall rules that bring connections to a listener, read from nftables and iptables. */
@NullMarked
package conduit.doctor.rules;

import org.jspecify.annotations.NullMarked;
