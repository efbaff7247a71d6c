package conduit.observe;

import conduit.address.Destination;
import conduit.config.Inbound;
import conduit.config.Upstream;
import conduit.tunnel.Ending;
import conduit.tunnel.Headline;
import conduit.tunnel.Id;
import conduit.tunnel.Journal;
import conduit.tunnel.Outcome;
import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import conduit.tunnel.Times;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;

/** Makes entries of the journal: of a client that left at once, but for what is said of it. */
final class Entries {

    private InetSocketAddress client = address("192.0.2.1", 4711);
    private Optional<String> user = Optional.empty();
    private Inbound inbound = Inbound.HTTP;
    private Optional<Headline> headline = Optional.empty();
    private Optional<Destination> destination = Optional.empty();
    private Optional<Upstream> upstream = Optional.empty();
    private Optional<InetSocketAddress> remote = Optional.empty();
    private Optional<String> decidedBy = Optional.empty();
    private Optional<String> wouldDeny = Optional.empty();
    private Ending ending = new Ending.Ended(Outcome.STOPPED, Party.US, Phase.NEGOTIATION);
    private long bytesUp;
    private long bytesDown;
    private int retries;
    private Times times = Times.of(0);

    static InetSocketAddress address(String literal, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
    }

    Entries client(String literal) {
        client = address(literal, 4711);
        return this;
    }

    Entries user(String name) {
        user = Optional.of(name);
        return this;
    }

    Entries inbound(Inbound spoken) {
        inbound = spoken;
        return this;
    }

    Entries headline(String method, Optional<String> trace) {
        headline = Optional.of(new Headline(method, trace));
        return this;
    }

    Entries destination(Destination wanted) {
        destination = Optional.of(wanted);
        return this;
    }

    Entries by(Upstream way, InetSocketAddress reached) {
        upstream = Optional.of(way);
        remote = Optional.of(reached);
        return this;
    }

    Entries rules(String decided, String denying) {
        decidedBy = Optional.of(decided);
        wouldDeny = Optional.of(denying);
        return this;
    }

    Entries ending(Ending how) {
        ending = how;
        return this;
    }

    Entries moved(long up, long down) {
        bytesUp = up;
        bytesDown = down;
        return this;
    }

    Entries retries(int count) {
        retries = count;
        return this;
    }

    Entries times(Times took) {
        times = took;
        return this;
    }

    Journal.Entry entry() {
        return new Journal.Entry(
                Instant.parse("2026-11-23T04:05:06.789Z"),
                new Id(42),
                client,
                user,
                inbound,
                headline,
                destination,
                upstream,
                remote,
                decidedBy,
                wouldDeny,
                ending,
                bytesUp,
                bytesDown,
                retries,
                times);
    }
}
