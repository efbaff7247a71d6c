package conduit.doctor.check;

import conduit.doctor.check.Finding.Fail;
import conduit.doctor.check.Finding.Ok;
import conduit.doctor.check.Finding.Warn;
import conduit.doctor.look.Capability;
import conduit.doctor.look.Owner;
import conduit.doctor.look.Settings;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Whether the machine carries as many tunnels as are wanted. Pure. */
final class LimitChecks {

    /** For the JVM's own files, event loops, listeners, name servers and pipes. */
    private static final int DESCRIPTORS_BESIDE = 256;

    /** A relay's pipe; what an unprivileged process gets less of is slower (pipe(7)). */
    private static final long PIPE = 256 * 1024;

    private static final long PAGE = 4096;

    /** A pipe is lent only while a stream is faster than its receiver: to few at a time. */
    private static final int TUNNELS_PER_PIPE = 100;

    /** What Linux has had since 5.4; before that it was 128. */
    private static final long BACKLOG = 1024;

    private LimitChecks() {}

    /** Room for what conntrack remembers: a tunnel is two connections. */
    static Stream<Finding> conntrack(Situation situation) {
        Settings settings = situation.machine().settings();
        OptionalLong most = settings.number("net/netfilter/nf_conntrack_max");
        OptionalLong now = settings.number("net/netfilter/nf_conntrack_count");
        if (most.isEmpty() || now.isEmpty()) {
            return Stream.of(new Ok("conntrack", "not in use"));
        }
        long wanted = 2L * situation.wanted().connections();
        String raise =
                Settings.command(
                        "net/netfilter/nf_conntrack_max",
                        Long.toString(Math.max(2 * most.getAsLong(), 2 * wanted)));
        String state =
                "%d of %d connections are remembered".formatted(now.getAsLong(), most.getAsLong());
        if (now.getAsLong() >= most.getAsLong()) {
            return Stream.of(new Fail("conntrack", state + ": new ones are dropped", raise));
        }
        return Stream.of(
                now.getAsLong() + wanted > most.getAsLong()
                        ? new Warn(
                                "conntrack",
                                state
                                        + ": too few for %d tunnels"
                                                .formatted(situation.wanted().connections()),
                                raise)
                        : new Ok("conntrack", state));
    }

    /** RLIMIT_NOFILE: a tunnel has two sockets. The JVM raises the soft limit to the hard one. */
    static Stream<Finding> descriptors(Situation situation) {
        long needed = 2L * situation.wanted().connections() + DESCRIPTORS_BESIDE;
        Optional<Owner> running = situation.holder();
        Owner judged = situation.judged();
        long has = running.isPresent() ? judged.files() : judged.mostFiles();
        String limits =
                "%s may have %s"
                        .formatted(
                                running.map(Owner::toString).orElse("conduit, started here,"),
                                has == Long.MAX_VALUE
                                        ? "any number of descriptors"
                                        : has + " descriptors");
        return Stream.of(
                has >= needed
                        ? new Ok("nofile", limits)
                        : new Fail(
                                "nofile",
                                limits
                                        + ": enough for %d tunnels, not for %d"
                                                .formatted(
                                                        Math.max(0, (has - DESCRIPTORS_BESIDE) / 2),
                                                        situation.wanted().connections()),
                                running.map(owner ->
                                                "prlimit --pid=%d --nofile=%d:%s"
                                                        .formatted(
                                                                owner.pid(),
                                                                needed,
                                                                owner.mostFiles() < needed
                                                                        ? needed
                                                                        : ""))
                                        .orElse("ulimit -n " + needed)));
    }

    /** Local ports, of which each connection to one and the same destination takes one. */
    static Stream<Finding> ports(Situation situation) {
        String path = "net/ipv4/ip_local_port_range";
        Optional<String[]> ends =
                situation
                        .machine()
                        .settings()
                        .text(path)
                        .map(range -> range.split("\\s+", -1))
                        .filter(range ->
                                range.length == 2
                                        && range[0].matches("\\d{1,5}")
                                        && range[1].matches("\\d{1,5}"));
        if (ends.isEmpty()) {
            return Stream.empty();
        }
        int first = Integer.parseInt(ends.get()[0]);
        int last = Integer.parseInt(ends.get()[1]);
        int ports = last - first + 1;
        String range = "%d local ports, %d to %d".formatted(ports, first, last);
        return Stream.of(
                ports >= situation.wanted().connections()
                        ? new Ok("port-range", range)
                        : new Warn(
                                "port-range",
                                range
                                        + ": no more connections to one destination at a time,"
                                        + " as to a parent proxy",
                                Settings.command(path, "'1024 65535'")));
    }

    /** How many connections may wait to be accepted (listen(2)). */
    static Stream<Finding> backlog(Situation situation) {
        String path = "net/core/somaxconn";
        return situation.machine().settings().number(path).stream()
                .mapToObj(most ->
                        most >= BACKLOG
                                ? new Ok("somaxconn", most + " connections may wait")
                                : new Warn(
                                        "somaxconn",
                                        "only %d connections may wait: a burst is met with silence"
                                                .formatted(most),
                                        Settings.command(path, "4096")));
    }

    /** What a splicing relay gets for its pipes. */
    static Stream<Finding> pipes(Situation situation) {
        Settings settings = situation.machine().settings();
        Owner judged = situation.judged();
        boolean privileged =
                judged.may(Capability.SYS_RESOURCE) || judged.may(Capability.SYS_ADMIN);
        long largest = settings.number("fs/pipe-max-size").orElse(PIPE);
        if (largest < PIPE && !privileged) {
            return Stream.of(
                    new Warn(
                            "pipes",
                            "a pipe holds at most %d bytes: bulk data costs more"
                                    .formatted(largest),
                            Settings.command("fs/pipe-max-size", Long.toString(4 * PIPE))));
        }
        long pages = settings.number("fs/pipe-user-pages-soft").orElse(0);
        long wanted =
                Math.max(1, situation.wanted().connections() / TUNNELS_PER_PIPE) * (PIPE / PAGE);
        if (pages != 0 && pages < wanted && !privileged) {
            return Stream.of(
                    new Warn(
                            "pipes",
                            "an unprivileged user has %d large pipes: then they get small"
                                            .formatted(pages * PAGE / PIPE)
                                    + ", and bulk data costs more",
                            Settings.command(
                                    "fs/pipe-user-pages-soft", Long.toString(4 * wanted))));
        }
        return Stream.of(new Ok("pipes", "as large as the relay wants them"));
    }
}
