package conduit.admin;

import conduit.address.IpLiteral;
import conduit.address.Parsed;
import conduit.metrics.Metrics;
import conduit.tunnel.Id;
import conduit.tunnel.Outcome;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What there is on the admin listener, and who answers it. Lives on the admin thread; what the
 * event loops are asked for comes back there.
 */
final class Routes {

    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

    /** Of those that ask the event loops for something. */
    private static final int MOST_AT_ONCE = 16;

    /** A loop that does not come round to it within this has other troubles. */
    private static final Duration LOOPS_WITHIN = Duration.ofSeconds(5);

    private static final String TUNNELS = "/api/tunnels";
    private static final String RELOAD = "/api/reload";
    private static final String DRAIN = "/api/drain";
    private static final String ONE_TUNNEL = TUNNELS + "/";

    private final Gate gate;
    private final Subjects subjects;
    private final Tunnels tunnels;
    private final EventLoop loop;
    private int asking;

    Routes(Gate gate, Subjects subjects, EventLoop loop) {
        this.gate = gate;
        this.subjects = subjects;
        this.tunnels = new Tunnels(subjects.open(), loop);
        this.loop = loop;
    }

    static Answer defect() {
        return Answer.error(HttpResponseStatus.INTERNAL_SERVER_ERROR, "conduit has failed");
    }

    /** The answer, now or soon; on the admin thread. */
    CompletionStage<Answer> answer(HttpRequest request, SocketAddress client) {
        String path;
        QueryStringDecoder query = new QueryStringDecoder(request.uri());
        try {
            path = query.path();
            query.parameters();
        } catch (IllegalArgumentException e) {
            return now(Answer.error(HttpResponseStatus.BAD_REQUEST, "the target is malformed"));
        }
        if (isOpen(path)) {
            return now(
                    gate.refusalOfOpen(request)
                            .orElseGet(() -> reading(request, () -> openAnswer(path))));
        }
        Optional<Answer> refusal = gate.refusal(request);
        return refusal.isPresent() ? now(refusal.get()) : answer(request, path, query, client);
    }

    private static boolean isOpen(String path) {
        return path.equals("/livez") || path.equals("/readyz") || Page.has(path);
    }

    private Answer openAnswer(String path) {
        return switch (path) {
            case "/livez" -> Answer.text(HttpResponseStatus.OK, "live");
            case "/readyz" ->
                    subjects.readiness()
                            .whyNot()
                            .map(why -> Answer.text(HttpResponseStatus.SERVICE_UNAVAILABLE, why))
                            .orElseGet(() -> Answer.text(HttpResponseStatus.OK, "ready"));
            default -> Page.answer(path);
        };
    }

    private CompletionStage<Answer> answer(
            HttpRequest request, String path, QueryStringDecoder query, SocketAddress client) {
        if (path.startsWith(ONE_TUNNEL)) {
            return oneTunnel(request, path.substring(ONE_TUNNEL.length()), client);
        }
        if (path.equals(RELOAD) || path.equals(DRAIN)) {
            return command(request, path, client);
        }
        if (!isReading(request)) {
            return now(isKnown(path) ? Answer.notAllowed("GET, HEAD") : Answer.notFound());
        }
        return switch (path) {
            case "/metrics" -> asking(this::metrics);
            case TUNNELS ->
                    switch (TunnelQuery.of(query.parameters())) {
                        case Parsed.Invalid<TunnelQuery>(String why) ->
                                now(Answer.error(HttpResponseStatus.BAD_REQUEST, why));
                        case Parsed.Valid<TunnelQuery>(TunnelQuery meant) ->
                                asking(() -> tunnels.list(meant));
                    };
            case "/api/top" ->
                    switch (TopQuery.of(query.parameters())) {
                        case Parsed.Invalid<TopQuery>(String why) ->
                                now(Answer.error(HttpResponseStatus.BAD_REQUEST, why));
                        case Parsed.Valid<TopQuery>(TopQuery meant) ->
                                asking(() -> tunnels.top(meant, subjects.top()));
                    };
            case "/api/config" ->
                    now(
                            Answer.ok(
                                    "application/toml",
                                    (subjects.configuration().get() + "\n")
                                            .getBytes(StandardCharsets.UTF_8)));
            default -> now(Answer.notFound());
        };
    }

    private CompletionStage<Answer> command(HttpRequest request, String path, SocketAddress from) {
        if (!request.method().equals(HttpMethod.POST)) {
            return now(Answer.notAllowed("POST"));
        }
        LOG.info("{} has asked the admin listener for {}", nameOf(from), path);
        if (path.equals(DRAIN)) {
            // Not while the loop handles events: told to end then, it would close its connections
            // before it has sent the answer.
            loop.execute(subjects.controls()::drain);
            return now(Answer.text(HttpResponseStatus.ACCEPTED, "stopping"));
        }
        return subjects.controls()
                .reload()
                .thenApplyAsync(
                        result ->
                                switch (result) {
                                    case Parsed.Valid<String>(String changed) ->
                                            Answer.text(HttpResponseStatus.OK, changed);
                                    case Parsed.Invalid<String>(String why) ->
                                            Answer.error(
                                                    HttpResponseStatus.UNPROCESSABLE_ENTITY, why);
                                },
                        loop);
    }

    private static String nameOf(SocketAddress client) {
        return client instanceof InetSocketAddress address
                ? IpLiteral.withPort(address)
                : "somebody";
    }

    private static boolean isKnown(String path) {
        return switch (path) {
            case "/metrics", TUNNELS, "/api/top", "/api/config" -> true;
            default -> false;
        };
    }

    private CompletionStage<Answer> oneTunnel(HttpRequest request, String id, SocketAddress from) {
        Optional<Id> known = Id.parse(id);
        if (known.isEmpty()) {
            return now(Answer.notFound());
        }
        if (isReading(request)) {
            return asking(() -> tunnels.one(known.get()));
        }
        if (!request.method().equals(HttpMethod.DELETE)) {
            return now(Answer.notAllowed("GET, HEAD, DELETE"));
        }
        return asking(() -> end(known.get(), from));
    }

    private CompletionStage<Answer> end(Id id, SocketAddress from) {
        return subjects.open()
                .end(account -> account.id().equals(id), Outcome.ENDED_BY_OPERATOR)
                .thenApplyAsync(
                        ended -> {
                            if (ended == 0) {
                                return Answer.notFound();
                            }
                            LOG.info(
                                    "{} was ended, as {} asked the admin listener",
                                    id,
                                    nameOf(from));
                            return Answer.done();
                        },
                        loop);
    }

    private CompletionStage<Answer> metrics() {
        return subjects.open()
                .census()
                .thenApplyAsync(
                        census -> Answer.ok(Metrics.CONTENT_TYPE, subjects.metrics().text(census)),
                        loop);
    }

    /** Asks the event loops, unless many do so already. */
    private CompletionStage<Answer> asking(Supplier<CompletionStage<Answer>> work) {
        if (asking == MOST_AT_ONCE) {
            return now(Answer.busy("too many ask at once"));
        }
        asking++;
        return work.get()
                .toCompletableFuture()
                .orTimeout(LOOPS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> {
                    if (failure instanceof TimeoutException) {
                        return Answer.busy("the event loops have not answered");
                    }
                    throw new CompletionException(failure);
                })
                .whenCompleteAsync((_, _) -> asking--, loop);
    }

    private static Answer reading(HttpRequest request, Supplier<Answer> answer) {
        return isReading(request) ? answer.get() : Answer.notAllowed("GET, HEAD");
    }

    private static boolean isReading(HttpRequest request) {
        return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    }

    private static CompletionStage<Answer> now(Answer answer) {
        return CompletableFuture.completedStage(answer);
    }
}
