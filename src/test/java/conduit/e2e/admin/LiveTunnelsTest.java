package conduit.e2e.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Blackhole;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What the admin listener shows of what is under way, and how one of them is ended. */
class LiveTunnelsTest {

    private static final String CHANGING = "X-Conduit-Request: 1";

    @AutoClose private static final TestProxy proxy = TestProxy.with("--admin-listen=127.0.0.1:0");

    @AutoClose
    private static final TestProxy onNio =
            Launch.withBothListeners("--admin-listen=127.0.0.1:0")
                    .onJvm("-Dio.netty.transport.noNative=true")
                    .start();

    private static final Admin admin = Admin.of(proxy);

    @AfterEach
    void everythingIsOver() {
        admin.awaitTunnels("", all -> open(all) == 0);
    }

    @Test
    void showsATunnelWithItsBytesAndItsSockets() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.CONNECT.open(proxy, origin.target())) {
            Peer remote = origin.accept();
            client.write("12345");
            remote.readText(5);
            remote.write("123");
            client.readText(3);
            JsonObject tunnel = only(admin.awaitTunnels("", all -> up(all) == 5));
            assertThat(tunnel.get("kind").getAsString()).isEqualTo("tunnel");
            assertThat(tunnel.get("inbound").getAsString()).isEqualTo("connect");
            assertThat(tunnel.get("phase").getAsString()).isEqualTo("relay");
            assertThat(tunnel.get("client").getAsString())
                    .isEqualTo("127.0.0.1:" + client.address().getPort());
            assertThat(tunnel.get("destination").getAsString())
                    .isEqualTo(origin.target().authority());
            assertThat(tunnel.get("remote").getAsString()).isEqualTo(origin.target().authority());
            assertThat(tunnel.get("down_bytes").getAsLong()).isEqualTo(3);
            for (String side : List.of("client_socket", "remote_socket")) {
                JsonObject socket = tunnel.getAsJsonObject(side);
                assertThat(socket.get("round_trip_seconds").getAsDouble()).isPositive();
                assertThat(socket.get("unsent_bytes").getAsLong()).isZero();
            }
            String id = tunnel.get("id").getAsString();
            assertThat(admin.get("/api/tunnels/" + id).json().get("id").getAsString())
                    .isEqualTo(id);
            client.finish();
            remote.finish();
            client.expectEnd();
            assertThat(proxy.accessLineOf(client).outcome()).isEqualTo("completed");
            admin.awaitTunnels("", all -> open(all) == 0);
            assertThat(admin.get("/api/tunnels/" + id).status()).isEqualTo(404);
        }
    }

    @Test
    void showsAConnectionThatIsBeingMade() throws IOException {
        try (Blackhole hole = Blackhole.open();
                Peer client = Peer.to(proxy.socks5())) {
            client.write(Wiring.SOCKS5.request(hole.target()));
            JsonObject tunnel =
                    only(admin.awaitTunnels("?phase=connect", all -> matching(all) == 1));
            assertThat(tunnel.get("remote").isJsonNull()).isTrue();
            end(admin, tunnel);
            assertThat(proxy.accessLineOf(client).outcome()).isEqualTo("ended-by-operator");
        }
    }

    @Test
    void showsAnExchangeAndEndsIt() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Peer.to(proxy.http())) {
            client.write(Wiring.FORWARD.request(origin.target()));
            Peer remote = origin.accept();
            Message.request(remote);
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1234");
            JsonObject exchange =
                    only(admin.awaitTunnels("?inbound=forward", all -> matching(all) == 1));
            assertThat(exchange.get("kind").getAsString()).isEqualTo("exchange");
            end(admin, exchange);
            assertThat(proxy.accessLineOf(client).outcome()).isEqualTo("ended-by-operator");
            remote.expectClosed();
        }
    }

    @Test
    void endsATunnelAndSaysSo() throws IOException {
        endsATunnel(proxy);
    }

    @Test
    void endsATunnelOfThePortableRelay() throws IOException {
        endsATunnel(onNio);
    }

    private static void endsATunnel(TestProxy of) throws IOException {
        Admin its = Admin.of(of);
        try (Origin origin = Origin.listen();
                Peer client = Wiring.SOCKS5.open(of, origin.target());
                Peer other = Wiring.SOCKS5.open(of, origin.target())) {
            Peer remote = origin.accept();
            String filter = "?filter=" + client.address().getPort();
            end(its, only(its.awaitTunnels(filter, all -> matching(all) == 1)));
            client.expectEnd();
            remote.expectEnd();
            AccessLine line = of.accessLineOf(client);
            assertThat(line.outcome()).isEqualTo("ended-by-operator");
            assertThat(line.by()).isEqualTo("us");
            Peer others = origin.accept();
            other.write("still here");
            assertThat(others.readText(10)).isEqualTo("still here");
        }
    }

    @Test
    void filtersSortsAndPages() throws IOException {
        try (Origin origin = Origin.listen();
                Peer first = Wiring.SOCKS5.open(proxy, origin.target());
                Peer second = Wiring.CONNECT.open(proxy, origin.target());
                Peer third = Wiring.CONNECT.open(proxy, origin.target())) {
            third.write("the most");
            second.write("some");
            admin.awaitTunnels("?sort=up", all -> up(all) == 8);
            assertThat(clients("?sort=up&order=desc&limit=2"))
                    .containsExactly(port(third), port(second));
            assertThat(clients("?sort=age"))
                    .containsExactly(port(first), port(second), port(third));
            assertThat(clients("?sort=age&offset=1&limit=1")).containsExactly(port(second));
            assertThat(clients("?inbound=socks5")).containsExactly(port(first));
            assertThat(clients("?filter=" + third.address().getPort()))
                    .containsExactly(port(third));
            assertThat(clients("?sort=round_trip")).hasSize(3);
        }
    }

    @Test
    void saysWhatIsWrongWithAQuery() throws IOException {
        for (String query :
                List.of(
                        "sort=colour",
                        "order=up",
                        "limit=0",
                        "limit=1001",
                        "limit=-1",
                        "limit=99999999999",
                        "offset=x",
                        "inbound=ftp",
                        "phase=none",
                        "color=red",
                        "limit=1&limit=2")) {
            Admin.Response response = admin.get("/api/tunnels?" + query);
            assertThat(response.status()).as(query).isEqualTo(400);
            assertThat(response.json().get("error").getAsString()).as(query).isNotBlank();
        }
        assertThat(admin.get("/api/top?by=port").status()).isEqualTo(400);
        assertThat(admin.get("/api/top").status()).isEqualTo(400);
    }

    @Test
    void knowsWhoHasMovedMostLiveOnesIncluded() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.CONNECT.open(proxy, origin.target())) {
            client.write("x".repeat(100_000));
            origin.accept().readText(100_000);
            JsonObject top = admin.get("/api/top?by=destination&limit=1").json();
            JsonObject most = top.getAsJsonArray("top").get(0).getAsJsonObject();
            assertThat(most.get("destination").getAsString()).isEqualTo("127.0.0.1");
            assertThat(most.get("bytes").getAsLong()).isGreaterThanOrEqualTo(100_000);
        }
        JsonObject top = admin.get("/api/top?by=client").json();
        assertThat(top.getAsJsonArray("top").toString()).contains("\"client\":\"127.0.0.1\"");
    }

    @Test
    void knowsNothingOfIdsThatAreNone() throws IOException {
        for (String id : List.of("1", "x-1", "", "%00", "a/b", "0-0", "999-zzzzzzzzzzzzzzzzzzzz")) {
            assertThat(admin.get("/api/tunnels/" + id).status()).as(id).isEqualTo(404);
            assertThat(admin.sending(CHANGING).ask("DELETE", "/api/tunnels/" + id).status())
                    .as(id)
                    .isEqualTo(404);
        }
    }

    private static void end(Admin admin, JsonObject tunnel) throws IOException {
        String path = "/api/tunnels/" + tunnel.get("id").getAsString();
        assertThat(admin.sending(CHANGING).ask("DELETE", path).status()).isEqualTo(204);
    }

    private static List<String> clients(String query) throws IOException {
        return admin.get("/api/tunnels" + query).json().getAsJsonArray("tunnels").asList().stream()
                .map(one -> one.getAsJsonObject().get("client").getAsString())
                .toList();
    }

    private static String port(Peer client) {
        return "127.0.0.1:" + client.address().getPort();
    }

    private static long open(JsonObject all) {
        return all.get("open").getAsLong();
    }

    private static long matching(JsonObject all) {
        return all.get("matching").getAsLong();
    }

    private static long up(JsonObject all) {
        JsonArray tunnels = all.getAsJsonArray("tunnels");
        return tunnels.isEmpty()
                ? -1
                : tunnels.get(0).getAsJsonObject().get("up_bytes").getAsLong();
    }

    private static JsonObject only(JsonObject all) {
        JsonArray tunnels = all.getAsJsonArray("tunnels");
        assertThat(tunnels).hasSize(1);
        JsonElement one = tunnels.get(0);
        return one.getAsJsonObject();
    }
}
