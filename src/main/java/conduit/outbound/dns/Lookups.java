package conduit.outbound.dns;

import io.netty.channel.EventLoop;
import io.netty.resolver.dns.DnsNameResolver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The lookups under way on one event loop, each with all who wait for it, so that a name is asked
 * for once at a time. What the last of them has left is abandoned. Lives on its event loop.
 */
final class Lookups {

    private final EventLoop loop;
    private final DnsNameResolver resolver;
    private final Supplier<ResolvConf> resolving;
    private final AnswerCache cache;
    private final Map<String, Shared> underWay = new HashMap<>();

    Lookups(
            EventLoop loop,
            DnsNameResolver resolver,
            Supplier<ResolvConf> resolving,
            AnswerCache cache) {
        this.loop = loop;
        this.resolver = resolver;
        this.resolving = resolving;
        this.cache = cache;
    }

    /** Waits for the addresses of a name, and begins to look them up if nobody has yet. */
    Resolver.Wait join(String name, Consumer<Answer> told) {
        Shared shared = underWay.get(name);
        if (shared != null) {
            return shared.join(told);
        }
        Shared first = new Shared(name);
        underWay.put(name, first);
        Resolver.Wait wait = first.join(told);
        first.lookup.begin();
        return wait;
    }

    /** One lookup with all who wait for it. */
    private final class Shared {
        private final String name;
        private final Lookup lookup;
        private final List<Waiting> waiting = new ArrayList<>();

        Shared(String name) {
            ResolvConf now = resolving.get();
            Route route = new Route(loop, resolver, new Servers(now.servers()));
            this.name = name;
            this.lookup = new Lookup(route, now.candidates(name), this::answered);
        }

        Resolver.Wait join(Consumer<Answer> told) {
            Waiting one = new Waiting(this, told);
            waiting.add(one);
            return one;
        }

        private void answered(Answer answer) {
            underWay.remove(name);
            cache.put(name, answer);
            List<Waiting> all = List.copyOf(waiting);
            waiting.clear();
            all.forEach(one -> one.told.accept(answer));
        }

        private void leave(Waiting one) {
            boolean waited = waiting.remove(one);
            if (waited && waiting.isEmpty()) {
                underWay.remove(name);
                lookup.abandon();
            }
        }
    }

    /** Somebody who waits. */
    private static final class Waiting implements Resolver.Wait {
        private final Shared shared;
        private final Consumer<Answer> told;

        Waiting(Shared shared, Consumer<Answer> told) {
            this.shared = shared;
            this.told = told;
        }

        @Override
        public void leave() {
            shared.leave(this);
        }
    }
}
