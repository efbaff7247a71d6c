package conduit.admin;

import conduit.address.IpLiteral;
import conduit.relay.SocketState;
import conduit.tunnel.OpenAccounts.Sockets;
import conduit.tunnel.Statement;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** By what tunnels and exchanges can be sorted: the closed list. */
enum TunnelOrder {
    /** Since they began. */
    AGE,
    /** Since a byte crossed. */
    IDLE,
    /** Bytes up. */
    UP,
    /** Bytes down. */
    DOWN,
    /** Bytes per second, both ways together. */
    RATE,
    /** The client's address. */
    CLIENT,
    /** The destination. */
    DESTINATION,
    /** The longer one of both round-trip times. */
    ROUND_TRIP,
    /** Segments sent once more, of the side that has more of them. */
    RETRANSMITTED,
    /** Bytes that could not be sent yet, of the side that has more of them. */
    UNSENT;

    /** A statement with what the kernel knows, if that has been asked for. */
    record Row(Statement statement, Sockets sockets) {}

    /** By the side that has more of it; for thousands of rows, so without streams. */
    private static Comparator<Row> worse(ToLongFunction<SocketState> what) {
        return Comparator.comparingLong(row ->
                Math.max(
                        amount(row.sockets().client(), what),
                        amount(row.sockets().remote(), what)));
    }

    private static long amount(Optional<SocketState> socket, ToLongFunction<SocketState> what) {
        return socket.isPresent() ? what.applyAsLong(socket.get()) : -1;
    }

    /** The smallest first; those that are alike by their age. */
    Comparator<Row> comparator() {
        return first().thenComparing(AGE.first());
    }

    private Comparator<Row> first() {
        return switch (this) {
            case AGE -> Comparator.comparingLong(row -> row.statement().ageNanos());
            case IDLE -> Comparator.comparingLong(row -> row.statement().idleNanos());
            case UP -> Comparator.comparingLong(row -> row.statement().bytesUp());
            case DOWN -> Comparator.comparingLong(row -> row.statement().bytesDown());
            case RATE ->
                    Comparator.comparingDouble(
                            row -> row.statement().upRate() + row.statement().downRate());
            case CLIENT ->
                    Comparator.comparing(row -> IpLiteral.withPort(row.statement().client()));
            case DESTINATION ->
                    Comparator.comparing(row -> row.statement().destination().toString());
            case ROUND_TRIP -> worse(SocketState::roundTripMicros);
            case RETRANSMITTED -> worse(SocketState::retransmitted);
            case UNSENT -> worse(SocketState::unsent);
        };
    }

    /** Whether it needs what the kernel knows of all of them. */
    boolean asksTheKernel() {
        return switch (this) {
            case ROUND_TRIP, RETRANSMITTED, UNSENT -> true;
            case AGE, IDLE, UP, DOWN, RATE, CLIENT, DESTINATION -> false;
        };
    }

    /** The word of a query: {@code round_trip}. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static String names() {
        return Arrays.stream(values()).map(TunnelOrder::label).collect(Collectors.joining(", "));
    }
}
