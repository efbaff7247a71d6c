package conduit.inbound.http.forward;

import conduit.relay.Side;
import conduit.relay.SocketState;
import conduit.tunnel.Admissions;
import conduit.tunnel.Outcome;
import conduit.tunnel.Phase;
import conduit.tunnel.Progress;
import io.netty.channel.Channel;
import java.util.Optional;

/** An exchange as its account sees it. On the client's event loop. */
final class ExchangeProgress implements Progress {

    private final Exchange exchange;
    private final Channel client;

    ExchangeProgress(Exchange exchange, Channel client) {
        this.exchange = exchange;
        this.client = client;
    }

    @Override
    public Phase phase() {
        return exchange.phase();
    }

    @Override
    public long bytesUp() {
        return exchange.request().delivered();
    }

    @Override
    public long bytesDown() {
        return exchange.serving().map(serving -> serving.response().delivered()).orElse(0L);
    }

    @Override
    public Optional<SocketState> socket(Side side) {
        return switch (side) {
            case CLIENT -> SocketState.of(client);
            case REMOTE -> exchange.serving().flatMap(serving -> serving.origin().socket());
            case US -> Optional.empty();
        };
    }

    @Override
    public void judgedBy(Admissions next) {
        exchange.judgedBy(next);
    }

    @Override
    public void end(Outcome outcome) {
        exchange.endFor(outcome);
    }
}
