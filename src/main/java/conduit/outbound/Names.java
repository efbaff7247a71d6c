package conduit.outbound;

import conduit.address.Destination;
import conduit.config.Resolving;
import conduit.outbound.dns.Answer;
import conduit.outbound.dns.LocalFiles;
import conduit.outbound.dns.Resolver;
import conduit.transport.Transport;
import conduit.tunnel.Refusal;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** Looks destinations' names up without blocking an event loop. Shared by all of them. */
public final class Names {

    private final Resolver resolver;

    /**
     * Asks the name servers that the operator named, or the system's.
     *
     * @param dialTimeout how long a dial may take, lookup included
     */
    public Names(Transport transport, Resolving resolving, Duration dialTimeout) {
        this(new Resolver(transport, resolving, dialTimeout, new LocalFiles()));
    }

    Names(Resolver resolver) {
        this.resolver = resolver;
    }

    /** Asks one name server and remembers nothing, for tests that bring their own. */
    Names(Transport transport, InetSocketAddress server) {
        this(transport, new Resolving(List.of(server), 0), Duration.ofSeconds(10));
    }

    /**
     * All addresses of a name with the destination's port, IPv4 first, at most eight of a family;
     * on this loop, which must be the thread that calls. Fails with an exception that {@link
     * #refusal} reads. Cancel it when nobody waits any more: then nothing is asked on.
     */
    Future<List<InetSocketAddress>> lookUp(Destination.Name wanted, EventLoop loop) {
        Promise<List<InetSocketAddress>> addresses = loop.newPromise();
        Resolver.Wait wait =
                resolver.lookUp(
                        wanted.name(), loop, answer -> tell(addresses, answer, wanted.port()));
        addresses.addListener((Future<List<InetSocketAddress>> done) -> {
            if (done.isCancelled()) {
                wait.leave();
            }
        });
        return addresses;
    }

    private static void tell(Promise<List<InetSocketAddress>> to, Answer answer, int port) {
        switch (answer) {
            case Answer.Found(var addresses, Duration _) ->
                    to.trySuccess(
                            addresses.stream()
                                    .map(address -> new InetSocketAddress(address, port))
                                    .toList());
            case Answer.NotFound() -> to.tryFailure(new LookupFailure(Refusal.NAME_NOT_FOUND));
            case Answer.Failed(Refusal why) -> to.tryFailure(new LookupFailure(why));
        }
    }

    /** What a failed lookup means: no such name, silent servers, or servers that failed. */
    static Refusal refusal(Throwable failure) {
        return failure instanceof LookupFailure known ? known.why : Refusal.NAME_LOOKUP_FAILED;
    }

    /** Carries a refusal through a future. */
    private static final class LookupFailure extends Exception {
        private static final long serialVersionUID = 1;

        private final Refusal why;

        LookupFailure(Refusal why) {
            super(why.label(), null, false, false);
            this.why = why;
        }
    }
}
