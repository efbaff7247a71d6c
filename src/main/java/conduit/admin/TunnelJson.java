package conduit.admin;

import com.google.gson.stream.JsonWriter;
import conduit.address.IpLiteral;
import conduit.admin.TunnelOrder.Row;
import conduit.config.Inbound;
import conduit.metrics.SpaceSaving;
import conduit.relay.SocketState;
import conduit.tunnel.Phase;
import conduit.tunnel.Statement;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Tunnels and exchanges as docs/admin.md describes them. */
final class TunnelJson {

    private TunnelJson() {}

    static String list(int open, int matching, TunnelQuery query, List<Row> rows) {
        return Json.object(object -> {
            object.name("open").value(open);
            object.name("matching").value(matching);
            object.name("offset").value(query.offset());
            object.name("tunnels").beginArray();
            for (Row row : rows) {
                object.beginObject();
                write(row, object);
                object.endObject();
            }
            object.endArray();
        });
    }

    static String one(Row row) {
        return Json.object(object -> write(row, object));
    }

    static String top(TopQuery query, List<SpaceSaving.Count> counts) {
        return Json.object(object -> {
            object.name("by").value(query.by().label());
            object.name("top").beginArray();
            for (SpaceSaving.Count count : counts) {
                object.beginObject();
                object.name(query.by().label()).value(count.key());
                object.name("bytes").value(count.amount());
                object.name("overcounted_by_at_most").value(count.error());
                object.endObject();
            }
            object.endArray();
        });
    }

    private static void write(Row row, JsonWriter object) throws IOException {
        Statement of = row.statement();
        object.name("id").value(of.id().toString());
        object.name("kind").value(isExchange(of) ? "exchange" : "tunnel");
        object.name("inbound").value(of.inbound().label());
        object.name("client").value(IpLiteral.withPort(of.client()));
        object.name("user").value(of.user().orElse(null));
        object.name("destination").value(of.destination().toString());
        object.name("remote").value(of.remote().map(IpLiteral::withPort).orElse(null));
        object.name("rule").value(of.decidedBy().orElse(null));
        object.name("phase").value(of.phase().label());
        object.name("age_seconds").value(seconds(of.ageNanos()));
        object.name("idle_seconds").value(seconds(of.idleNanos()));
        object.name("up_bytes").value(of.bytesUp());
        object.name("down_bytes").value(of.bytesDown());
        object.name("up_bytes_per_second").value(Math.round(of.upRate()));
        object.name("down_bytes_per_second").value(Math.round(of.downRate()));
        write("client_socket", row.sockets().client(), object);
        write("remote_socket", row.sockets().remote(), object);
    }

    private static boolean isExchange(Statement of) {
        return of.inbound() == Inbound.FORWARD && of.phase() != Phase.RELAY;
    }

    private static void write(String name, Optional<SocketState> socket, JsonWriter object)
            throws IOException {
        object.name(name);
        if (socket.isEmpty()) {
            object.nullValue();
            return;
        }
        SocketState state = socket.get();
        object.beginObject();
        object.name("round_trip_seconds").value(state.roundTripMicros() / 1e6);
        object.name("retransmitted_segments").value(state.retransmitted());
        object.name("unsent_bytes").value(state.unsent());
        object.name("unacknowledged_bytes").value(state.unacknowledged());
        object.name("unread_bytes").value(state.unread());
        object.endObject();
    }

    /** To a millisecond. */
    private static double seconds(long nanos) {
        return Math.round(nanos / 1e6) / 1e3;
    }
}
