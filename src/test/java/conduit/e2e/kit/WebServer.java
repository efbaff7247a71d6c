package conduit.e2e.kit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/**
 * A web server that real clients visit: {@code GET /load} answers with a load, and whatever is sent
 * to {@code /echo} comes back. With TLS it shows a certificate that nobody should trust.
 */
public final class WebServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService workers;
    private final Target target;
    private final Set<InetSocketAddress> clients;

    private WebServer(
            HttpServer server,
            ExecutorService workers,
            Target target,
            Set<InetSocketAddress> clients) {
        this.server = server;
        this.workers = workers;
        this.target = target;
        this.clients = clients;
    }

    /** Serves http. */
    public static WebServer plain(Family family, Load load) throws IOException {
        return start(HttpServer.create(address(family), 0), family, load);
    }

    /** Serves https. */
    public static WebServer tls(Family family, Load load, SSLContext context) throws IOException {
        HttpsServer server = HttpsServer.create(address(family), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        return start(server, family, load);
    }

    private static InetSocketAddress address(Family family) {
        return new InetSocketAddress(family.bindAddress(), 0);
    }

    private static WebServer start(HttpServer server, Family family, Load load) {
        ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(workers);
        Set<InetSocketAddress> clients = ConcurrentHashMap.newKeySet();
        server.createContext(
                "/load",
                exchange -> {
                    clients.add(exchange.getRemoteAddress());
                    sendLoad(exchange, load);
                });
        server.createContext(
                "/echo",
                exchange -> {
                    clients.add(exchange.getRemoteAddress());
                    sendBack(exchange);
                });
        server.start();
        Target target = new Target(family.host(), server.getAddress().getPort());
        return new WebServer(server, workers, target, clients);
    }

    private static void sendLoad(HttpExchange exchange, Load load) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(200, load.size());
            load.writeTo(exchange.getResponseBody());
        }
    }

    private static void sendBack(HttpExchange exchange) throws IOException {
        try (exchange;
                InputStream body = exchange.getRequestBody()) {
            byte[] bytes = body.readAllBytes();
            exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    public Target target() {
        return target;
    }

    /** The address of a page. */
    public String url(String path) {
        String scheme = server instanceof HttpsServer ? "https" : "http";
        return scheme + "://" + target.authority() + path;
    }

    /** How many connections have carried a request so far. */
    public int connections() {
        return clients.size();
    }

    /** A load as text, a character for each byte. */
    public static String text(Load load) throws IOException {
        return new String(load.bytes(), ISO_8859_1);
    }

    @Override
    public void close() {
        server.stop(0);
        workers.close();
    }
}
