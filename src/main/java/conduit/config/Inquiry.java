package conduit.config;

import conduit.address.Destination;
import java.net.InetAddress;
import java.util.Optional;

/** What {@code conduit explain} is asked: who wants to go where. */
public record Inquiry(
        InetAddress client,
        Optional<String> user,
        Inbound inbound,
        Destination destination,
        Form form) {

    /** For whom the answer is written. */
    public enum Form {
        TEXT,
        JSON
    }
}
