package conduit.e2e.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** Whoever runs a conduit, in front of its admin listener. */
final class Admin {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final InetSocketAddress listener;
    private final List<String> fields;

    private Admin(InetSocketAddress listener, List<String> fields) {
        this.listener = listener;
        this.fields = fields;
    }

    static Admin of(TestProxy proxy) {
        return new Admin(proxy.admin(), List.of());
    }

    /** The same, sending one more field with each request. */
    Admin sending(String field) {
        List<String> more = new ArrayList<>(fields);
        more.add(field);
        return new Admin(listener, more);
    }

    record Response(Head head, String body) {
        int status() {
            return head.status();
        }

        JsonObject json() {
            return JsonParser.parseString(body).getAsJsonObject();
        }
    }

    Response get(String target) throws IOException {
        return ask("GET", target);
    }

    Response ask(String method, String target) throws IOException {
        StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        if (fields.stream().noneMatch(field -> field.startsWith("Host:"))) {
            request.append("Host: ").append(authority()).append("\r\n");
        }
        fields.forEach(field -> request.append(field).append("\r\n"));
        try (Peer peer = Peer.to(listener)) {
            peer.write(request + "Connection: close\r\n\r\n");
            Head head = Head.read(peer.in());
            return new Response(head, new String(peer.in().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    String authority() {
        return "127.0.0.1:" + listener.getPort();
    }

    InetSocketAddress address() {
        return listener;
    }

    /** What is under way, as soon as it is as wanted. */
    JsonObject awaitTunnels(String query, Predicate<JsonObject> fits) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> get("/api/tunnels" + query).json(), fits);
    }

    /** The value of a series, 0 when there is none; labels as the text has them. */
    double metric(String series) throws IOException {
        return value(get("/metrics").body(), series);
    }

    static double value(String text, String series) {
        return text.lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    void awaitMetric(String series, double expected) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> assertThat(metric(series)).as(series).isEqualTo(expected));
    }
}
