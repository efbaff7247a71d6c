package conduit.outbound.dns;

import conduit.transport.Errno;
import io.netty.channel.AddressedEnvelope;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One name asked for the addresses of one family: server after server until one can say, alias
 * after alias until there are addresses. Tells exactly one answer, unless it is abandoned first.
 * Lives on its event loop.
 */
final class Question {

    /** One lost datagram must not fail a lookup where there is only one server. */
    private static final int ROUNDS = 2;

    /** As many as there is time for within a dial timeout that is not very short. */
    private static final int MOST_TRIES = 4;

    /** Who asked; told once. */
    interface Asker {
        /** What became of the question. */
        void answered(Answer answer);

        /** The servers say that there is no such name. */
        void noSuchName();
    }

    private final Route route;
    private final DnsRecordType family;
    private final Asker asker;
    private final int firstServer;

    private String name;
    private Duration ttl = Reading.ENDLESS;
    private int aliases;
    private int failures;
    private Answer.Why failure = Answer.Why.SERVERS_SILENT;
    private @Nullable Future<?> underWay;

    /**
     * A question that is not asked yet.
     *
     * @param name complete, so that no search domain follows it
     */
    Question(Route route, String name, DnsRecordType family, Asker asker) {
        this.route = route;
        this.name = name;
        this.family = family;
        this.asker = asker;
        this.firstServer = route.servers().first();
    }

    void ask() {
        DnsQuestion question = new DefaultDnsQuestion(name, family);
        InetSocketAddress server = route.servers().at(firstServer + failures);
        Promise<AddressedEnvelope<? extends DnsResponse, InetSocketAddress>> response =
                route.loop().newPromise();
        underWay = response;
        response.addListener(
                (Future<AddressedEnvelope<? extends DnsResponse, InetSocketAddress>> done) ->
                        responded(question, done));
        route.resolver().query(server, question, List.of(), response);
    }

    private void responded(
            DnsQuestion question,
            Future<AddressedEnvelope<? extends DnsResponse, InetSocketAddress>> done) {
        if (done.isCancelled()) {
            return;
        }
        underWay = null;
        if (!done.isSuccess()) {
            failed(done.cause());
            return;
        }
        AddressedEnvelope<? extends DnsResponse, InetSocketAddress> response = done.getNow();
        Reading reading;
        try {
            reading = Reading.of(question, response.content());
        } finally {
            response.release();
        }
        if (!(reading instanceof Reading.Unusable)) {
            route.servers().answered(firstServer + failures);
        }
        switch (reading) {
            case Reading.Addresses(var addresses, Duration lasts) ->
                    asker.answered(new Answer.Found(addresses, Reading.shorter(ttl, lasts)));
            case Reading.Alias(String target, Duration lasts) -> follow(target, lasts);
            case Reading.NoSuchName() -> asker.noSuchName();
            case Reading.NoAddress() -> asker.answered(new Answer.NotFound());
            case Reading.Unusable() -> tryNext(Answer.Why.SERVERS_FAILED);
        }
    }

    private void follow(String target, Duration lasts) {
        // A name in the DNS may hold any bytes; those that no client may ask for are not asked for.
        if (!ResolvConf.isName(target) || ++aliases > Reading.MOST_ALIASES) {
            asker.answered(new Answer.Failed(Answer.Why.SERVERS_FAILED));
            return;
        }
        ttl = Reading.shorter(ttl, lasts);
        name = target;
        ask();
    }

    private void failed(Throwable cause) {
        Optional<Errno> errno = Errno.of(cause);
        if (errno.equals(Optional.of(Errno.EMFILE)) || errno.equals(Optional.of(Errno.ENFILE))) {
            asker.answered(new Answer.Failed(Answer.Why.OUT_OF_DESCRIPTORS));
            return;
        }
        tryNext(
                cause instanceof DnsNameResolverTimeoutException
                        ? Answer.Why.SERVERS_SILENT
                        : Answer.Why.SERVERS_FAILED);
    }

    private void tryNext(Answer.Why why) {
        // A server that failed tells more than one that kept silent.
        if (why == Answer.Why.SERVERS_FAILED) {
            failure = why;
        }
        failures++;
        if (failures < Math.min(ROUNDS * route.servers().size(), MOST_TRIES)) {
            ask();
        } else {
            asker.answered(new Answer.Failed(failure));
        }
    }

    /** Closes the socket that waits for a response, if there is one. */
    void abandon() {
        if (underWay != null) {
            underWay.cancel(false);
        }
    }
}
