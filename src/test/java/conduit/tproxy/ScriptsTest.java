package conduit.tproxy;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.PortRange;
import conduit.config.Fwmark;
import conduit.config.interception.Exemption;
import conduit.config.interception.Interception;
import conduit.config.interception.Means;
import conduit.config.interception.OwnConnections;
import conduit.config.interception.RulesTask.Dialect;
import conduit.config.interception.Scope;
import conduit.config.interception.Scope.Family;
import conduit.config.interception.Scope.Reach;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scripts as their readers see them. */
class ScriptsTest {

    private static final Scope ANY_WEB_SERVER =
            new Scope(
                    List.of(Family.IPV4),
                    List.of(new PortRange(80, 80), new PortRange(8000, 8999)),
                    Reach.ALL,
                    List.of());

    static Stream<Interception> everything() {
        return Asking.everything();
    }

    @Test
    void showsAllThatNftIsToDo() {
        Interception asked =
                new Interception(
                        Asking.TPROXY,
                        8081,
                        List.of("eth1"),
                        Optional.of(
                                new OwnConnections(
                                        List.of(), List.of(new Exemption.OfMark(new Fwmark(7))))),
                        ANY_WEB_SERVER);
        assertThat(NftScript.of(asked))
                .isEqualTo(
                        """
                        #!/bin/sh
                        # Brings TCP connections to the listener of: conduit --tproxy-listen=0.0.0.0:8081
                        # - those that arrive at eth1 and that this machine forwards
                        # - those of this machine itself, but not conduit's own, known by:
                        #     mark 0x7 (conduit --fwmark=0x7)
                        # While conduit is not running, these connections are refused by a rule.
                        # Connections that are open when these rules come break off; new ones are carried.
                        # To be run by root; run again, it changes nothing.
                        set -e

                        # When a command fails before the rules are changed, the routes it has added are taken away.
                        undo=
                        trap 'eval "$undo"' EXIT
                        trap 'exit 1' HUP INT TERM
                        add() {
                            ip "$1" "$2" add $3
                            undo="ip $1 $2 del $3; $undo"
                        }

                        # A packet with the mark is delivered to this machine, whatever its destination. What
                        # is conduit's is known by the number of a routing protocol.
                        ip -N -4 rule show | grep -q ' fwmark 0x1 lookup 100 proto 67 *$' ||
                            add -4 rule 'priority 100 fwmark 0x1 lookup 100 protocol 67'
                        ip -N -4 route show table all proto 67 | grep -q ' table 100 ' ||
                            add -4 route 'local default dev lo table 100 proto 67'

                        trap '' HUP INT TERM

                        # The rules, in a table of their own: all of it or, after a mistake, nothing. The first
                        # two lines take an earlier one away. In each chain what is left alone comes first.
                        nft -f - <<'END'
                        table inet conduit
                        delete table inet conduit
                        table inet conduit {
                          set in_interfaces {
                            type ifname
                            elements = {
                              "eth1"
                            }
                          }

                          set spared_ipv4 {
                            type ipv4_addr
                            flags interval
                            auto-merge
                            elements = {
                              127.0.0.0/8,
                              224.0.0.0/4
                            }
                          }

                          set ports {
                            type inet_service
                            flags interval
                            auto-merge
                            elements = {
                              80,
                              8000-8999
                            }
                          }

                          chain prerouting {
                            type filter hook prerouting priority mangle; policy accept;
                            meta l4proto tcp socket wildcard 0 socket transparent 1 counter meta mark set 0x1 accept comment "connections that conduit has; answers to those it dials from the client's address"
                            ct direction reply counter return comment "answers to connections begun elsewhere"
                            iifname "lo" meta mark 0x1 meta l4proto tcp counter tproxy to :8081 accept comment "this machine's own connections, marked in output: to conduit"
                            iifname "lo" meta mark 0x1 meta l4proto tcp counter reject with tcp reset comment "nobody listens: refused"
                            iifname != @in_interfaces counter return comment "arrived elsewhere"
                            meta l4proto != tcp counter return comment "not TCP"
                            meta nfproto != ipv4 counter return comment "the other version of IP"
                            fib daddr type { local, broadcast, multicast } counter return comment "to this machine itself, or to many"
                            ip daddr @spared_ipv4 counter return comment "networks that are left alone"
                            tcp dport != @ports counter return comment "other ports"
                            meta l4proto tcp counter tproxy to :8081 meta mark set 0x1 accept comment "forwarded connections: to conduit"
                            meta l4proto tcp counter reject with tcp reset comment "nobody listens: refused, so that nothing goes on unproxied"
                          }

                          chain output {
                            type route hook output priority mangle; policy accept;
                            meta mark 0x7 counter return comment "conduit's own"
                            oifname "lo" counter return comment "within this machine"
                            meta l4proto != tcp counter return comment "not TCP"
                            meta nfproto != ipv4 counter return comment "the other version of IP"
                            fib daddr type { local, broadcast, multicast } counter return comment "to this machine itself, or to many"
                            ip daddr @spared_ipv4 counter return comment "networks that are left alone"
                            tcp dport != @ports counter return comment "other ports"
                            meta l4proto tcp ct direction original counter meta mark set 0x1 comment "this machine's own connections: by lo to prerouting"
                          }
                        }
                        END
                        undo=

                        # What earlier rules have left, and these do not need.
                        ip -N -4 rule show 2>/dev/null | sed -n '/ fwmark 0x1 lookup 100 proto 67 *$/d; s/^100:.* \\(fwmark 0x[0-9a-f]* lookup [0-9]*\\) proto 67 *$/\\1/p' |
                            while read -r old; do ip -4 rule del priority 100 $old protocol 67; done
                        ip -N -4 route show table all proto 67 2>/dev/null | sed -n '/ table 100 /d; s/^[a-z0-9]* default dev lo .*\\(table [0-9]*\\) .*/\\1/p' |
                            while read -r old; do ip -4 route del local default dev lo $old proto 67; done
                        ip -N -6 rule show 2>/dev/null | sed -n 's/^100:.* \\(fwmark 0x[0-9a-f]* lookup [0-9]*\\) proto 67 *$/\\1/p' |
                            while read -r old; do ip -6 rule del priority 100 $old protocol 67; done
                        ip -N -6 route show table all proto 67 2>/dev/null | sed -n 's/^[a-z0-9]* default dev lo .*\\(table [0-9]*\\) .*/\\1/p' |
                            while read -r old; do ip -6 route del local default dev lo $old proto 67; done
                        clear_chains() {
                            "$1-save" 2>/dev/null | awk -v kept=" $2 " '
                                /^[*]/ { table = substr($1, 2) }
                                { chain = /^:/ ? substr($1, 2) : $(NF - 1) == "-j" ? $NF : "" }
                                chain !~ /^CONDUIT_(PREROUTING|FORWARDED|OUTPUT|HAVING)$/ { next }
                                index(kept, " " table "/" chain " ") { next }
                                /^:/ { empty = empty "-t " table " -F " chain "\\n" }
                                /^:/ { remove = remove "-t " table " -X " chain "\\n" }
                                /^-A / && $2 !~ /^CONDUIT_/ { sub("^-A", "-D"); print "-t " table " " $0 }
                                END { printf "%s%s", empty, remove }' |
                                while read -r old; do "$1" -w $old; done
                        }
                        clear_chains iptables ''
                        clear_chains ip6tables ''

                        # To take all of this away again:
                        #     nft delete table inet conduit
                        #     ip -4 rule flush protocol 67
                        #     ip -4 route flush table all proto 67
                        """);
    }

    @Test
    void showsAllThatIptablesIsToDo() {
        Interception asked =
                new Interception(
                        new Means.Redirect(),
                        8081,
                        List.of("eth1"),
                        Optional.empty(),
                        ANY_WEB_SERVER);
        assertThat(IptablesScript.of(asked))
                .isEqualTo(
                        """
                        #!/bin/sh
                        # Brings TCP connections to the listener of: conduit --tproxy-listen=0.0.0.0:8081
                        # - those that arrive at eth1 and that this machine forwards
                        # While conduit is not running, these connections are refused by the kernel.
                        # To be run by root; run again, it changes nothing.
                        set -e

                        # The rules for IPv4, in chains of their own. In each chain what is left alone comes first.
                        ipv4() { cat <<'END'
                        *nat
                        :CONDUIT_FORWARDED - [0:0]
                        :CONDUIT_PREROUTING - [0:0]
                        -A CONDUIT_FORWARDED -m addrtype --dst-type LOCAL,BROADCAST,MULTICAST -j RETURN
                        -A CONDUIT_FORWARDED -d 127.0.0.0/8 -j RETURN
                        -A CONDUIT_FORWARDED -d 224.0.0.0/4 -j RETURN
                        -A CONDUIT_FORWARDED -p tcp -m multiport --dports 80,8000:8999 -j REDIRECT --to-ports 8081
                        -A CONDUIT_PREROUTING -i eth1 -p tcp -j CONDUIT_FORWARDED
                        COMMIT
                        END
                        }

                        # Whether all of them can be installed, before anything is changed.
                        ipv4 | iptables-restore -w --noflush --test

                        ipv4 | iptables-restore -w --noflush
                        iptables -w -t nat -C PREROUTING -p tcp -j CONDUIT_PREROUTING 2>/dev/null ||
                            iptables -w -t nat -A PREROUTING -p tcp -j CONDUIT_PREROUTING

                        # What earlier rules have left, and these do not need.
                        ip -N -4 rule show 2>/dev/null | sed -n 's/^100:.* \\(fwmark 0x[0-9a-f]* lookup [0-9]*\\) proto 67 *$/\\1/p' |
                            while read -r old; do ip -4 rule del priority 100 $old protocol 67; done
                        ip -N -4 route show table all proto 67 2>/dev/null | sed -n 's/^[a-z0-9]* default dev lo .*\\(table [0-9]*\\) .*/\\1/p' |
                            while read -r old; do ip -4 route del local default dev lo $old proto 67; done
                        ip -N -6 rule show 2>/dev/null | sed -n 's/^100:.* \\(fwmark 0x[0-9a-f]* lookup [0-9]*\\) proto 67 *$/\\1/p' |
                            while read -r old; do ip -6 rule del priority 100 $old protocol 67; done
                        ip -N -6 route show table all proto 67 2>/dev/null | sed -n 's/^[a-z0-9]* default dev lo .*\\(table [0-9]*\\) .*/\\1/p' |
                            while read -r old; do ip -6 route del local default dev lo $old proto 67; done
                        clear_chains() {
                            "$1-save" 2>/dev/null | awk -v kept=" $2 " '
                                /^[*]/ { table = substr($1, 2) }
                                { chain = /^:/ ? substr($1, 2) : $(NF - 1) == "-j" ? $NF : "" }
                                chain !~ /^CONDUIT_(PREROUTING|FORWARDED|OUTPUT|HAVING)$/ { next }
                                index(kept, " " table "/" chain " ") { next }
                                /^:/ { empty = empty "-t " table " -F " chain "\\n" }
                                /^:/ { remove = remove "-t " table " -X " chain "\\n" }
                                /^-A / && $2 !~ /^CONDUIT_/ { sub("^-A", "-D"); print "-t " table " " $0 }
                                END { printf "%s%s", empty, remove }' |
                                while read -r old; do "$1" -w $old; done
                        }
                        clear_chains iptables 'nat/CONDUIT_FORWARDED nat/CONDUIT_PREROUTING'
                        clear_chains ip6tables ''
                        ! nft list table inet conduit >/dev/null 2>&1 || nft delete table inet conduit

                        # To take all of this away again:
                        #     iptables -w -t nat -D PREROUTING -p tcp -j CONDUIT_PREROUTING
                        #     iptables -w -t nat -F CONDUIT_FORWARDED
                        #     iptables -w -t nat -F CONDUIT_PREROUTING
                        #     iptables -w -t nat -X CONDUIT_FORWARDED
                        #     iptables -w -t nat -X CONDUIT_PREROUTING
                        """);
    }

    @ParameterizedTest
    @MethodSource("everything")
    void countsAndExplainsEveryRule(Interception asked) {
        assertThat(NftTable.of(asked).lines().filter(line -> line.matches("    (\\w+ )+.*[^;]")))
                .filteredOn(line -> !line.matches("    (type|flags) .*|    elements = .*"))
                .isNotEmpty()
                .allSatisfy(
                        rule -> assertThat(rule).matches(".* counter .* comment \"[^\"]{1,128}\""));
    }

    @ParameterizedTest
    @MethodSource("everything")
    void saysInTheScriptWhatHappensWhileConduitIsNotRunning(Interception asked) {
        assertThat(NftScript.of(asked))
                .contains("\n# " + WhileDown.sentence(asked, Dialect.NFTABLES) + "\n");
        assertThat(IptablesScript.of(asked))
                .contains("\n# " + WhileDown.sentence(asked, Dialect.IPTABLES) + "\n");
    }

    @ParameterizedTest
    @MethodSource("everything")
    void givesNoMultiportMatchMoreThanItTakes(Interception asked) {
        Matcher matches =
                Pattern.compile("--dports (\\S+)")
                        .matcher(
                                new IptablesRules(asked, asked.scope().families().getFirst())
                                        .text());
        while (matches.find()) {
            assertThat(matches.group(1).split("[,:]")).hasSizeLessThanOrEqualTo(15);
        }
    }
}
