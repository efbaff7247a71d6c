package conduit.tproxy;

import conduit.config.interception.Interception;
import conduit.config.interception.Scope.Family;
import conduit.program.Program;
import conduit.program.Program.Answer;
import conduit.tproxy.PolicyLine.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Installs rules, routing rules and routes, and takes them away. The routes come first and the
 * firewall's table, which replaces the one before in one transaction, last: until then everything
 * that was done can be undone, and connections are treated as before.
 */
final class Installation {

    /** CAP_NET_ADMIN is bit 12 (linux/capability.h) of the set that proc_pid_status(5) shows. */
    private static final Pattern NET_ADMIN =
            Pattern.compile("^CapEff:\\s*[0-9a-f]*[13579bdf][0-9a-f]{3}$", Pattern.MULTILINE);

    /** What is wrong and, from nft, with which line of its input. */
    private static final int LINES = 2;

    private final Program nft;
    private final Program ip;
    private final Program shell;

    Installation(Program nft, Program ip, Program shell) {
        this.nft = nft;
        this.ip = ip;
        this.shell = shell;
    }

    /** With the programs of this system. */
    static Installation here() throws CannotInstallException {
        Installation installation =
                new Installation(
                        required("nft", "nftables"),
                        required("ip", "iproute2"),
                        required("sh", "dash"));
        if (!mayChangeNetworks()) {
            throw new CannotInstallException(
                    "changing rules and routes takes CAP_NET_ADMIN, which this process has not got:"
                            + " run it as root");
        }
        return installation;
    }

    private static Program required(String name, String packageName) throws CannotInstallException {
        return Program.find(name)
                .orElseThrow(() ->
                        new CannotInstallException(
                                "there is no program %s here: install it (Debian: apt-get install %s)"
                                        .formatted(name, packageName)));
    }

    private static boolean mayChangeNetworks() throws CannotInstallException {
        try {
            return NET_ADMIN.matcher(Files.readString(Path.of("/proc/self/status"))).find();
        } catch (IOException e) {
            throw new CannotInstallException("/proc cannot be read: " + e.getMessage());
        }
    }

    /** Installs what is asked for, in place of what was installed before. */
    void apply(Interception asked) throws CannotInstallException {
        List<PolicyLine> wanted = PolicyLine.of(asked);
        List<PolicyLine> there = installed();
        Deque<PolicyLine> added = new ArrayDeque<>();
        for (PolicyLine line : wanted) {
            if (!there.contains(line)) {
                Optional<String> failed = ip(line.add());
                if (failed.isPresent()) {
                    throw undone(failed.get() + advice(line, failed.get()), added);
                }
                added.push(line);
            }
        }
        Optional<String> failed = nft(NftTable.of(asked));
        if (failed.isPresent()) {
            throw undone(failed.get(), added);
        }
        for (PolicyLine line : there) {
            if (!wanted.contains(line)) {
                orElseThrow(ip(line.delete()));
            }
        }
        orElseThrow(clearIptables());
    }

    /** Takes away what is conduit's; what is not there is no failure. */
    void remove() throws CannotInstallException {
        orElseThrow(nft(NftTable.REMOVAL));
        for (Family family : families()) {
            for (String flush : PolicyLine.flushes(family)) {
                orElseThrow(ip(flush));
            }
        }
        orElseThrow(clearIptables());
    }

    /** What a script of ours has done that was printed for iptables, where there is iptables. */
    private Optional<String> clearIptables() {
        return failure(
                "iptables",
                shell.change(
                        "",
                        List.of("-ec", "PATH=$PATH:/usr/sbin:/sbin\n" + EarlierRules.iptables())));
    }

    private List<PolicyLine> installed() throws CannotInstallException {
        List<PolicyLine> lines = new ArrayList<>();
        for (Family family : families()) {
            for (Kind kind : Kind.values()) {
                String show = "-N " + PolicyLine.flag(family) + " " + kind.show;
                switch (ip.run("", List.of(show.split(" ", -1)))) {
                    case Answer.Done(String output) ->
                            lines.addAll(PolicyLine.shown(family, kind, output));
                    case Answer.Failed failed ->
                            throw new CannotInstallException(
                                    "ip " + show + " answered: " + failed.said(LINES));
                }
            }
        }
        return lines;
    }

    /** Those the kernel speaks; asking for routes of another is a failure. */
    private static List<Family> families() {
        return Files.exists(Path.of("/proc/net/if_inet6"))
                ? List.of(Family.IPV4, Family.IPV6)
                : List.of(Family.IPV4);
    }

    private CannotInstallException undone(String failed, Deque<PolicyLine> added) {
        for (PolicyLine line : added) {
            Optional<String> stays = ip(line.delete());
            if (stays.isPresent()) {
                return new CannotInstallException(
                        failed + "; and undoing failed, too: " + stays.get());
            }
        }
        return new CannotInstallException(failed + "; nothing was changed");
    }

    private static String advice(PolicyLine line, String failed) {
        if (failed.contains("File exists")) {
            return " (somebody else's: choose another --route-table)";
        }
        return switch (line.family()) {
            case IPV4 -> "";
            case IPV6 -> " (where there is no IPv6, choose --family=ipv4)";
        };
    }

    /** What went wrong, if anything did. */
    private Optional<String> ip(String arguments) {
        return failure("ip " + arguments, ip.change("", List.of(arguments.split(" ", -1))));
    }

    private Optional<String> nft(String input) {
        return failure("nft -f -", nft.change(input, List.of("-f", "-")));
    }

    private static Optional<String> failure(String command, Answer answer) {
        return switch (answer) {
            case Answer.Done _ -> Optional.empty();
            case Answer.Failed failed -> Optional.of(command + " answered: " + failed.said(LINES));
        };
    }

    private static void orElseThrow(Optional<String> failure) throws CannotInstallException {
        if (failure.isPresent()) {
            throw new CannotInstallException(failure.get());
        }
    }
}
