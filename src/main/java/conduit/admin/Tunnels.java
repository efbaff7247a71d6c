package conduit.admin;

import conduit.admin.TunnelOrder.Row;
import conduit.metrics.TopTalkers;
import conduit.tunnel.Account;
import conduit.tunnel.Id;
import conduit.tunnel.OpenAccounts;
import conduit.tunnel.OpenAccounts.Sockets;
import conduit.tunnel.Statement;
import io.netty.channel.EventLoop;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What is under way, as the admin listener shows it. The event loops only copy what they know; it
 * is sorted, filtered and written on the admin thread.
 */
final class Tunnels {

    private final OpenAccounts open;
    private final EventLoop loop;

    Tunnels(OpenAccounts open, EventLoop loop) {
        this.open = open;
        this.loop = loop;
    }

    /** A part of them. */
    CompletionStage<Answer> list(TunnelQuery query) {
        return open.statements()
                .thenComposeAsync(
                        all -> {
                            List<Statement> wanted = all.stream().filter(query::wants).toList();
                            return sorted(wanted, query)
                                    .thenComposeAsync(page -> withSockets(page, query), loop)
                                    .thenApplyAsync(
                                            rows ->
                                                    Answer.json(
                                                            TunnelJson.list(
                                                                    all.size(),
                                                                    wanted.size(),
                                                                    query,
                                                                    rows)),
                                            loop);
                        },
                        loop);
    }

    private CompletionStage<List<Row>> sorted(List<Statement> wanted, TunnelQuery query) {
        CompletionStage<Map<Account, Sockets>> known =
                query.order().asksTheKernel()
                        ? open.sockets(wanted)
                        : CompletableFuture.completedStage(Map.of());
        return known.thenApplyAsync(
                sockets -> {
                    Comparator<Row> order = query.order().comparator();
                    return wanted.stream()
                            .map(one -> new Row(one, socketsOf(one, sockets)))
                            .sorted(query.descending() ? order.reversed() : order)
                            .skip(query.offset())
                            .limit(query.limit())
                            .toList();
                },
                loop);
    }

    private CompletionStage<List<Row>> withSockets(List<Row> page, TunnelQuery query) {
        return query.order().asksTheKernel()
                ? CompletableFuture.completedStage(page)
                : rows(page.stream().map(Row::statement).toList());
    }

    private CompletionStage<List<Row>> rows(List<Statement> statements) {
        return open.sockets(statements)
                .thenApplyAsync(
                        sockets ->
                                statements.stream()
                                        .map(one -> new Row(one, socketsOf(one, sockets)))
                                        .toList(),
                        loop);
    }

    private static Sockets socketsOf(Statement one, Map<Account, Sockets> sockets) {
        return sockets.getOrDefault(one.account(), Sockets.UNKNOWN);
    }

    /** One of them. */
    CompletionStage<Answer> one(Id id) {
        return open.statements()
                .thenComposeAsync(
                        all -> {
                            Optional<Statement> found =
                                    all.stream().filter(one -> one.id().equals(id)).findFirst();
                            return found.isEmpty()
                                    ? CompletableFuture.completedStage(Answer.notFound())
                                    : rows(List.of(found.get()))
                                            .thenApplyAsync(
                                                    rows ->
                                                            Answer.json(
                                                                    TunnelJson.one(
                                                                            rows.getFirst())),
                                                    loop);
                        },
                        loop);
    }

    /** Who has moved most, those under way included. */
    CompletionStage<Answer> top(TopQuery query, TopTalkers talkers) {
        return open.statements()
                .thenApplyAsync(
                        all ->
                                Answer.json(
                                        TunnelJson.top(
                                                query,
                                                talkers.top(query.by(), all, query.limit()))),
                        loop);
    }
}
