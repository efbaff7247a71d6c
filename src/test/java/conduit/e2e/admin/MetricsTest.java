package conduit.e2e.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.Installed;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The metrics say what has happened, in words that Prometheus and the dashboard know. */
class MetricsTest {

    private static final Path DASHBOARD = Path.of("docs/grafana/conduit.json");
    private static final Path ALERTS = Path.of("docs/prometheus/conduit.rules.yml");
    private static final Path PAGE = Path.of("docs/metrics.md");

    @AutoClose
    private static final TestProxy proxy =
            TestProxy.with("--admin-listen=127.0.0.1:0", "--deny-to=denied.test", "--guard=off");

    private static final Admin admin = Admin.of(proxy);

    @ParameterizedTest
    @EnumSource(
            value = Wiring.class,
            names = {"CONNECT", "SOCKS5"})
    void countsTunnelsAndTheirBytes(Wiring wiring) throws IOException {
        String inbound = wiring == Wiring.CONNECT ? "connect" : "socks5";
        String ended =
                "conduit_tunnels_total{inbound=\"%s\",outcome=\"completed\",upstream=\"direct\"}"
                        .formatted(inbound);
        String up = "conduit_bytes_total{direction=\"up\",inbound=\"%s\"}".formatted(inbound);
        String down = "conduit_bytes_total{direction=\"down\",inbound=\"%s\"}".formatted(inbound);
        String active = "conduit_open{inbound=\"%s\",state=\"active\"}".formatted(inbound);
        double upBefore = admin.metric(up);
        double downBefore = admin.metric(down);
        double endedBefore = admin.metric(ended);
        try (Origin origin = Origin.listen();
                Peer client = wiring.open(proxy, origin.target())) {
            Peer remote = origin.accept();
            client.write("12345");
            remote.readText(5);
            remote.write("123");
            client.readText(3);
            admin.awaitMetric(up, upBefore + 5);
            admin.awaitMetric(down, downBefore + 3);
            admin.awaitMetric(active, 1);
            client.finish();
            remote.finish();
            client.expectEnd();
        }
        admin.awaitMetric(ended, endedBefore + 1);
        admin.awaitMetric(active, 0);
        assertThat(admin.metric(up)).isEqualTo(upBefore + 5);
        assertThat(admin.metric(down)).isEqualTo(downBefore + 3);
        assertThat(admin.metric("conduit_connect_duration_seconds_count")).isPositive();
        assertThat(admin.metric("conduit_setup_duration_seconds_count")).isPositive();
        assertThat(admin.metric("conduit_first_byte_duration_seconds_count")).isPositive();
    }

    @Test
    void countsExchangesAndWhetherTheirConnectionsServeAgain() throws IOException {
        String ended =
                "conduit_exchanges_total{inbound=\"forward\",outcome=\"completed\",upstream=\"direct\"}";
        double before = admin.metric(ended);
        double hits = admin.metric("conduit_pool_hits_total");
        try (Origin origin = Origin.listen();
                Peer client = Peer.to(proxy.http())) {
            client.write(Wiring.FORWARD.request(origin.target()));
            Peer remote = origin.accept();
            Message.request(remote);
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            Message.reply(client);
            client.write(Wiring.FORWARD.request(origin.target()));
            Message.request(remote);
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            Message.reply(client);
            admin.awaitMetric(ended, before + 2);
            assertThat(admin.metric("conduit_pool_hits_total")).isGreaterThan(hits);
            assertThat(admin.metric("conduit_pool_idle_plain")).isPositive();
        }
    }

    @Test
    void countsRefusalsByTheirReason() throws IOException {
        String series = "conduit_refusals_total{inbound=\"connect\",reason=\"denied-by-rule\"}";
        double before = admin.metric(series);
        try (Peer client = Peer.to(proxy.http())) {
            client.write("CONNECT denied.test:1 HTTP/1.1\r\nHost: denied.test:1\r\n\r\n");
            client.readToClose();
        }
        admin.awaitMetric(series, before + 1);
    }

    /** Bytes of what is live are counted when they are looked for, and again when it ends. */
    @Test
    void neverLosesABytesNorCountsItTwiceWhileTunnelsComeAndGo() throws Exception {
        String series = "conduit_bytes_total{direction=\"up\",inbound=\"socks5\"}";
        double before = admin.metric(series);
        int tunnels = 200;
        int bytes = 3_001;
        AtomicBoolean over = new AtomicBoolean();
        Background<Boolean> scraping =
                Background.doing(() -> {
                    double last = before;
                    while (!over.get()) {
                        double now = admin.metric(series);
                        assertThat(now).isGreaterThanOrEqualTo(last);
                        assertThat(now).isLessThanOrEqualTo(before + tunnels * bytes);
                        last = now;
                    }
                });
        try (Origin origin = Origin.listen()) {
            for (int i = 0; i < tunnels; i++) {
                try (Peer client = Wiring.SOCKS5.open(proxy, origin.target());
                        Peer remote = origin.accept()) {
                    client.write("x".repeat(bytes));
                    remote.readText(bytes);
                    client.finish();
                    remote.finish();
                    client.expectEnd();
                }
            }
        } finally {
            over.set(true);
        }
        scraping.result();
        admin.awaitMetric(series, before + tunnels * bytes);
    }

    @Test
    void isWhatPrometheusReads() throws Exception {
        String text = admin.get("/metrics").body();
        assertThat(promtool(text, "check", "metrics")).isEmpty();
        assertThat(promtool("", "check", "rules", ALERTS.toString())).contains("SUCCESS");
    }

    @Test
    void isWhatTheDashboardTheAlertsAndThePageAskFor() throws IOException {
        Set<String> known =
                admin.get("/metrics")
                        .body()
                        .lines()
                        .filter(line -> line.startsWith("# TYPE "))
                        .map(line -> line.split(" ", -1)[2])
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> asked = new TreeSet<>();
        expressions(JsonParser.parseString(Files.readString(DASHBOARD)), asked);
        Files.readAllLines(ALERTS).stream()
                .filter(line -> line.strip().startsWith("expr:"))
                .forEach(line -> asked.addAll(names(line)));
        assertThat(asked).isNotEmpty();
        assertThat(known).containsAll(asked);
        assertThat(names(Files.readString(PAGE))).isEqualTo(known);
    }

    /** Of a series that comes with its first event, Prometheus sees no increase. */
    @Test
    void hasFromTheBeginningWhatAlertsWantToSeeIncrease() throws IOException {
        List<MatchResult> increases =
                Pattern.compile("increase\\((\\w+\\{)(\\w+=\"[^\"]+\")}")
                        .matcher(Files.readString(ALERTS))
                        .results()
                        .toList();
        assertThat(increases).isNotEmpty();
        List<String> series = admin.get("/metrics").body().lines().toList();
        for (MatchResult increase : increases) {
            assertThat(series)
                    .as(increase.group())
                    .filteredOn(line -> line.startsWith(increase.group(1)))
                    .filteredOn(line -> line.contains(increase.group(2)))
                    .isNotEmpty()
                    .allMatch(line -> line.endsWith("} 0.0"));
        }
    }

    private static void expressions(JsonElement in, Set<String> found) {
        if (in.isJsonArray()) {
            in.getAsJsonArray().forEach(one -> expressions(one, found));
        } else if (in.isJsonObject()) {
            in.getAsJsonObject()
                    .entrySet()
                    .forEach(member -> {
                        if (member.getKey().equals("expr")) {
                            found.addAll(names(member.getValue().getAsString()));
                        } else {
                            expressions(member.getValue(), found);
                        }
                    });
        }
    }

    /** Of the metrics in a text, without what a histogram adds to its name. */
    private static Set<String> names(String text) {
        return Pattern.compile("\\bconduit_[a-z0-9_]+")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .map(name -> name.replaceFirst("_seconds_(bucket|count|sum)$", "_seconds"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String promtool(String input, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Installed.program("promtool")));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var out = process.getOutputStream()) {
            out.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
