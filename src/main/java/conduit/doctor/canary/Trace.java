package conduit.doctor.canary;

import conduit.doctor.ask.Found;
import conduit.doctor.ask.Json;
import conduit.doctor.ask.Programs;
import conduit.doctor.rules.Mark;
import conduit.doctor.rules.Means;
import conduit.doctor.rules.Tag;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A table of nftables that counts the canary's packets on their way and does nothing else with
 * them. Its chains come before and behind those that mark (priority -150) and translate (-100).
 */
record Trace(Tag tag) {

    /** NF_IP_PRI_FILTER is 0: what a firewall drops that comes in has not been delivered. */
    private static final int BEHIND_FILTERS = 310;

    /** For a canary that arrives from outside. */
    String ofArriving(String device, int port, Means means, Set<Integer> marks) {
        String match = "iifname \"%s\" tcp dport %d".formatted(device, port);
        String from = "iifname \"%s\" meta l4proto tcp".formatted(device);
        return table(
                chain("sent", "prerouting", -310, match),
                chain("caught", "prerouting", -99, from + caught(means, marks)),
                chain("delivered", "input", BEHIND_FILTERS, from),
                chain("passed", "forward", -310, from));
    }

    /** For a canary of this machine itself, which is known by the port it comes from. */
    String ofOwn(int sourcePort, Means means, Set<Integer> marks) {
        String match = "tcp sport " + sourcePort;
        return table(
                chain("sent", "output", -310, match),
                chain("caught", "output", -99, match + caught(means, marks)),
                chain("delivered", "input", BEHIND_FILTERS, "iifname \"lo\" " + match),
                chain("passed", "postrouting", -310, "oifname != \"lo\" " + match));
    }

    private static String caught(Means means, Set<Integer> marks) {
        return switch (means) {
            case REDIRECT, DNAT -> " ct status dnat";
            case TPROXY ->
                    marks.stream()
                            .map(Mark::text)
                            .collect(Collectors.joining(", ", " meta mark { ", " }"));
        };
    }

    private String table(String... chains) {
        return "table "
                + tag.table()
                + "\ndelete table "
                + tag.table()
                + "\ntable "
                + tag.table()
                + " {\n"
                + String.join("", chains)
                + "}\n";
    }

    private static String chain(String name, String hook, int priority, String match) {
        return """
          counter %1$s {
          }
          chain %1$s {
            type filter hook %2$s priority %3$d
            %4$s counter name "%1$s"
          }
        """
                .formatted(name, hook, priority, match);
    }

    /**
     * Installs it together with what else is to hold during the flight.
     *
     * @return why not; empty when it is there
     */
    Optional<String> install(String table, Undo undo) {
        return undo.take(
                () ->
                        switch (Programs.tell(table, "nft", "-f", "-")) {
                            case Found.Seen<String> _ -> Optional.empty();
                            case Found.Unseen<String>(String why) -> Optional.of(why);
                        },
                this::remove);
    }

    private void remove() {
        // The answer is of no interest: where it is not there any more, that is what we want.
        Programs.ask(("nft delete table " + tag.table()).split(" ", -1));
    }

    /** What it has counted. */
    Optional<Counts> counts() {
        return Programs.ask(("nft -j list counters table " + tag.table()).split(" ", -1))
                .seen()
                .flatMap(said -> Json.parse(said).map(Counts::read).seen());
    }
}
