package conduit.outbound;

import conduit.address.Destination;
import conduit.outbound.dns.Resolver;
import conduit.transport.Transport;
import conduit.tunnel.Connector;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes TCP connections to hosts, whoever they are: destinations and parents alike. Shared by all
 * loops; each of them has its own memory of which family won where.
 */
public final class Dialler {

    private final Transport transport;
    private final Resolver resolver;
    private final OwnListeners own;
    private final Duration timeout;
    private final FastThreadLocal<FamilyMemory> families;

    /**
     * Nothing is dialled yet.
     *
     * @param own what is never dialled
     * @param timeout bounds name lookup and TCP connect, together
     */
    public Dialler(Transport transport, Resolver resolver, OwnListeners own, Duration timeout) {
        this(
                transport,
                resolver,
                own,
                timeout,
                new FastThreadLocal<>() {
                    @Override
                    protected FamilyMemory initialValue() {
                        return new FamilyMemory(System::nanoTime);
                    }
                });
    }

    private Dialler(
            Transport transport,
            Resolver resolver,
            OwnListeners own,
            Duration timeout,
            FastThreadLocal<FamilyMemory> families) {
        this.transport = transport;
        this.resolver = resolver;
        this.own = own;
        this.timeout = timeout;
        this.families = families;
    }

    /** One that takes another time, and knows what this one has found out. */
    public Dialler within(Duration otherTimeout) {
        return new Dialler(transport, resolver, own, otherTimeout, families);
    }

    /**
     * Begins to dial, on this loop, which must be the thread that calls. The caller may be told
     * before this returns.
     *
     * @param seenAs the address to dial from in place of ours, if any
     * @param clearance asked for each address
     */
    Dial dial(
            Destination destination,
            Optional<InetAddress> seenAs,
            Connector.Clearance clearance,
            EventLoop loop,
            Dial.Caller caller) {
        Dial dial = new Dial(this, destination, seenAs, clearance, loop, caller);
        dial.begin();
        return dial;
    }

    Transport transport() {
        return transport;
    }

    Resolver resolver() {
        return resolver;
    }

    OwnListeners own() {
        return own;
    }

    Duration timeout() {
        return timeout;
    }

    /** What the loop that calls remembers. */
    FamilyMemory families() {
        return families.get();
    }
}
