package conduit.config.flags;

import conduit.address.Network;
import conduit.address.PortRange;
import conduit.config.Fwmark;
import conduit.config.interception.Exemption;
import conduit.config.interception.Interception;
import conduit.config.interception.Means;
import conduit.config.interception.OwnConnections;
import conduit.config.interception.RulesTask;
import conduit.config.interception.Scope;
import conduit.config.interception.WhenDown;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The flags of {@code conduit tproxy rules}, in the order of the help. */
@Command(
        name = "rules",
        header = "Print or install the firewall rules that bring connections to --tproxy-listen.",
        customSynopsis = {
            "conduit tproxy rules --to-port=N --in-interface=IF FLAG...",
            "conduit tproxy rules --to-port=N --own --exempt-mark=N FLAG...",
            "conduit tproxy rules --remove"
        },
        description = {
            "Firewall rules that bring TCP connections to a conduit with --tproxy-listen. Without",
            "--apply or --remove nothing is changed: a commented script for sh is printed."
        },
        footer = {
            "Connections to this machine itself, to multicast and to loopback addresses are always",
            "left alone. What --apply installs, and the script, is the table inet conduit of nft",
            "and, for TPROXY, routing rules and routes with the protocol number 67."
        })
final class RulesFlags implements CommandFlags {

    /** Filled in by picocli; it knows what was given. */
    @Spec CommandSpec spec;

    static final String MEANS = "--means";
    static final String TO_PORT = "--to-port";
    static final String MARK = "--mark";
    static final String ROUTE_TABLE = "--route-table";
    static final String FAIL_OPEN = "--fail-open";
    static final String FAIL_CLOSED = "--fail-closed";
    static final String IN_INTERFACE = "--in-interface";
    static final String OWN = "--own";
    static final String OUT_INTERFACE = "--out-interface";
    static final String EXEMPT_MARK = "--exempt-mark";
    static final String EXEMPT_USER = "--exempt-user";
    static final String EXEMPT_GROUP = "--exempt-group";
    static final String IPTABLES = "--iptables";
    static final String APPLY = "--apply";
    static final String REMOVE = "--remove";

    @Mixin(name = "Way to conduit")
    final WayIn wayIn = new WayIn();

    @Mixin(name = "Whose connections")
    final Whose whose = new Whose();

    @Mixin(name = "Which destinations")
    final Which which = new Which();

    @Mixin(name = "What to do")
    final Doing doing = new Doing();

    @Mixin(name = "Other")
    final HelpFlag other = new HelpFlag();

    @Override
    public Invocation meaning(String operatingSystem) {
        Optional<Invocation.Mistake> mistake = RulesFlagRules.firstBroken(this, operatingSystem);
        return mistake.isPresent() ? mistake.get() : new Invocation.TproxyRules(task());
    }

    /** The first flag that was given beside {@link #REMOVE}. */
    Optional<String> besideRemoval() {
        return spec.commandLine().getParseResult().matchedOptionsSet().stream()
                .map(option -> option.longestName())
                .filter(name -> !name.equals(REMOVE))
                .sorted()
                .findFirst();
    }

    private RulesTask task() {
        if (doing.remove) {
            return new RulesTask.Remove();
        }
        if (doing.apply) {
            return new RulesTask.Apply(interception());
        }
        return new RulesTask.Print(
                interception(),
                doing.iptables ? RulesTask.Dialect.IPTABLES : RulesTask.Dialect.NFTABLES);
    }

    private Interception interception() {
        return new Interception(
                wayIn.asMeans(),
                wayIn.port.orElseThrow(),
                whose.arrivingAt,
                whose.ownConnections(),
                which.scope());
    }

    /** A word of {@code --means}. */
    enum MeansWord {
        REDIRECT,
        TPROXY;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static final class WayIn {
        private static final Fwmark USUAL_MARK = new Fwmark(1);
        private static final int USUAL_TABLE = 100;

        @Option(
                names = TO_PORT,
                paramLabel = "N",
                converter = RulesForm.Port.class,
                description = {
                    "The port of --tproxy-listen. Required, except with --remove.",
                    "Default: none. Example: --to-port=8081"
                })
        Optional<Integer> port;

        @Option(
                names = MEANS,
                paramLabel = "redirect|tproxy",
                converter = RulesForm.ByMeans.class,
                defaultValue = "redirect",
                description = {
                    "How the kernel does it: redirect rewrites the destination and remembers it;",
                    "tproxy leaves it and takes a route as well, and conduit needs CAP_NET_RAW.",
                    "Default: ${DEFAULT-VALUE}. Example: --means=tproxy"
                })
        MeansWord means;

        @Option(
                names = MARK,
                paramLabel = "N",
                converter = ValueForm.Mark.class,
                description = {
                    "With tproxy: the mark of packets that are for conduit.",
                    "Default: 1. Example: --mark=0x10"
                })
        Optional<Fwmark> mark;

        @Option(
                names = ROUTE_TABLE,
                paramLabel = "N",
                converter = RulesForm.Table.class,
                description = {
                    "With tproxy: the routing table that delivers marked packets to this machine.",
                    "Default: 100. Example: --route-table=1081"
                })
        Optional<Integer> routeTable;

        @Option(
                names = FAIL_CLOSED,
                arity = "0",
                description = {
                    "While conduit is not running, connections are refused. This is the default."
                })
        boolean failClosed;

        @Option(
                names = FAIL_OPEN,
                arity = "0",
                description = {
                    "While conduit is not running, connections go on unproxied. Only with",
                    "--means=tproxy, without --own and without --iptables."
                })
        boolean failOpen;

        Means asMeans() {
            return switch (means) {
                case REDIRECT -> new Means.Redirect();
                case TPROXY ->
                        new Means.Tproxy(
                                mark.orElse(USUAL_MARK),
                                routeTable.orElse(USUAL_TABLE),
                                failOpen ? WhenDown.OPEN : WhenDown.CLOSED);
            };
        }
    }

    static final class Whose {
        @Option(
                names = IN_INTERFACE,
                paramLabel = "IF",
                converter = RulesForm.Interface.class,
                description = {
                    "Connections that arrive at this interface and that this machine forwards.",
                    "May be repeated.",
                    "Default: none. Example: --in-interface=eth1"
                })
        List<String> arrivingAt = new ArrayList<>();

        @Option(
                names = OWN,
                arity = "0",
                description = {
                    "Connections of this machine itself. conduit's own must be exempt by one of the",
                    "flags below."
                })
        boolean own;

        @Option(
                names = OUT_INTERFACE,
                paramLabel = "IF",
                converter = RulesForm.Interface.class,
                description = {
                    "Of this machine's own, only those that leave by this interface. May be",
                    "repeated.",
                    "Default: all but lo. Example: --out-interface=eth0"
                })
        List<String> leavingBy = new ArrayList<>();

        @Option(
                names = EXEMPT_MARK,
                paramLabel = "N",
                converter = ValueForm.Mark.class,
                description = {
                    "Of this machine's own, not those with this mark: the --fwmark of conduit.",
                    "May be repeated.",
                    "Default: none. Example: --exempt-mark=7"
                })
        List<Fwmark> exemptMarks = new ArrayList<>();

        @Option(
                names = EXEMPT_USER,
                paramLabel = "NAME|UID",
                converter = RulesForm.Account.class,
                description = {
                    "Of this machine's own, not those of this user, as whom only conduit runs. May",
                    "be repeated.",
                    "Default: none. Example: --exempt-user=conduit"
                })
        List<String> exemptUsers = new ArrayList<>();

        @Option(
                names = EXEMPT_GROUP,
                paramLabel = "NAME|GID",
                converter = RulesForm.Account.class,
                description = {
                    "The same by group. May be repeated.",
                    "Default: none. Example: --exempt-group=conduit"
                })
        List<String> exemptGroups = new ArrayList<>();

        Optional<OwnConnections> ownConnections() {
            return own
                    ? Optional.of(new OwnConnections(leavingBy, exemptions()))
                    : Optional.empty();
        }

        List<Exemption> exemptions() {
            return Stream.<Stream<? extends Exemption>>of(
                            exemptMarks.stream().map(Exemption.OfMark::new),
                            exemptUsers.stream().map(Exemption.OfUser::new),
                            exemptGroups.stream().map(Exemption.OfGroup::new))
                    .<Exemption>flatMap(exemptions -> exemptions)
                    .toList();
        }
    }

    static final class Which {
        @Option(
                names = "--ports",
                paramLabel = "LIST",
                converter = RulesForm.Ports.class,
                description = {
                    "Only these ports.",
                    "Default: all. Example: --ports=80,443,8000-8999"
                })
        Optional<List<PortRange>> ports;

        @Option(
                names = "--to",
                paramLabel = "public|all",
                converter = RulesForm.Reaching.class,
                defaultValue = "public",
                description = {
                    "public leaves alone the networks that are not of the public Internet (RFC",
                    "6890), but not those for documentation; all takes private networks too.",
                    "Default: ${DEFAULT-VALUE}. Example: --to=all"
                })
        Scope.Reach reach;

        @Option(
                names = "--exclude",
                paramLabel = "NETWORK",
                converter = RulesForm.ExcludedNetwork.class,
                description = {
                    "Leave this network or address alone. May be repeated.",
                    "Default: none. Example: --exclude=203.0.113.0/24"
                })
        List<Network> excluded = new ArrayList<>();

        @Option(
                names = "--family",
                paramLabel = "both|ipv4|ipv6",
                converter = RulesForm.FamilyChoice.class,
                defaultValue = "both",
                description = {
                    "The versions of IP.",
                    "Default: ${DEFAULT-VALUE}. Example: --family=ipv4"
                })
        FamilyWord family;

        Scope scope() {
            return new Scope(family.families(), ports.orElse(List.of()), reach, excluded);
        }
    }

    /** A word of {@code --family}. */
    enum FamilyWord {
        BOTH,
        IPV4,
        IPV6;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        List<Scope.Family> families() {
            return switch (this) {
                case BOTH -> List.of(Scope.Family.IPV4, Scope.Family.IPV6);
                case IPV4 -> List.of(Scope.Family.IPV4);
                case IPV6 -> List.of(Scope.Family.IPV6);
            };
        }
    }

    static final class Doing {
        @Option(
                names = APPLY,
                arity = "0",
                description = {
                    "Install the rules with nft and ip, in place of those installed before. When a",
                    "step fails, everything is as it was before."
                })
        boolean apply;

        @Option(
                names = REMOVE,
                arity = "0",
                description = {
                    "Take away what --apply or the script for nft installed, whatever it was. Takes no",
                    "other flag."
                })
        boolean remove;

        @Option(
                names = IPTABLES,
                arity = "0",
                description = {
                    "Print a script for iptables and ip6tables in place of nft. At its end it says",
                    "what takes its rules away. The canary of conduit doctor can try them only where",
                    "they are for --own."
                })
        boolean iptables;
    }
}
