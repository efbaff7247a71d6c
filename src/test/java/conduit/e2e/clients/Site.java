package conduit.e2e.clients;

import conduit.e2e.kit.Body;
import conduit.e2e.kit.Family;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A web site that notes each request and the connection on which it came. A connection lives on a
 * thread of its own, for as many requests as come on it.
 */
final class Site implements AutoCloseable {

    /** Answers one request, having read its body. */
    @FunctionalInterface
    interface Page {
        void answer(Visit visit) throws IOException;
    }

    /**
     * One request.
     *
     * @param connection which one, counted from 1
     */
    record Visit(int connection, Head request, Peer peer) {

        String method() {
            return request.startLine().split(" ", -1)[0];
        }

        /** What stands in the request line behind the method. */
        String target() {
            return request.startLine().split(" ", -1)[1];
        }

        /** The whole body; empty where there is none. */
        byte[] body() throws IOException {
            return Body.ofRequest(request, peer.in()).readAllBytes();
        }
    }

    private final Origin origin;
    private final Map<String, Page> pages;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Visit> visits = new CopyOnWriteArrayList<>();

    private Site(Origin origin, Map<String, Page> pages) {
        this.origin = origin;
        this.pages = Map.copyOf(pages);
    }

    /** Serves pages by their paths; whatever else is asked for is not found. */
    static Site at(Family family, Map<String, Page> pages) throws IOException {
        Site site = new Site(Origin.on(family), pages);
        site.origin.serving(site::serve);
        return site;
    }

    private void serve(Peer peer) throws IOException {
        int connection = connections.incrementAndGet();
        boolean goesOn = true;
        while (goesOn) {
            Head request = Head.read(peer.in());
            if (request.startLine().isEmpty()) {
                throw new EOFException("no request");
            }
            Visit visit = new Visit(connection, request, peer);
            visits.add(visit);
            pages.getOrDefault(visit.target(), Pages.NOT_FOUND).answer(visit);
            goesOn = !request.values("Connection").contains("close");
        }
    }

    /** The requests so far, in the order in which their heads came. */
    List<Visit> visits() {
        return List.copyOf(visits);
    }

    /** How many connections carried these requests. */
    static long connectionsOf(List<Visit> visits) {
        return visits.stream().map(Visit::connection).distinct().count();
    }

    Target target() {
        return origin.target();
    }

    String url(String path) {
        return target().url(path);
    }

    @Override
    public void close() throws IOException {
        origin.close();
    }
}
