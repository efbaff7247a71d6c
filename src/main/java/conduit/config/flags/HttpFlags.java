package conduit.config.flags;

import conduit.config.HttpLimits;
import conduit.config.Reuse;
import picocli.CommandLine.Option;

/** The flags about forwarded requests, a heading of {@link Options}. */
final class HttpFlags {

    @Option(
            names = "--http-max-idle-conns",
            paramLabel = "N",
            converter = ValueForm.Connections.class,
            defaultValue = "2048",
            description = {
                "Keep so many connections to origins and HTTP parents (0 to 1000000) for the",
                "next forwarded request, each for 90 seconds at most. Each event loop keeps its",
                "share, rounded up.",
                "Default: ${DEFAULT-VALUE}. Example: --http-max-idle-conns=0"
            })
    int idleInAll;

    @Option(
            names = "--http-max-idle-conns-per-host",
            paramLabel = "N",
            converter = ValueForm.Connections.class,
            defaultValue = "100",
            description = {
                "Keep so many of them to one host and port (0 to 1000000).",
                "Default: ${DEFAULT-VALUE}. Example: --http-max-idle-conns-per-host=10"
            })
    int idlePerDestination;

    @Option(
            names = "--http-max-request-line",
            paramLabel = "BYTES",
            converter = ValueForm.HeadBytes.class,
            defaultValue = "16384",
            description = {
                "Refuse a longer request line with 414 (1024 to 1048576).",
                "Default: ${DEFAULT-VALUE}. Example: --http-max-request-line=65536"
            })
    int requestLine;

    @Option(
            names = "--http-max-header-size",
            paramLabel = "BYTES",
            converter = ValueForm.HeadBytes.class,
            defaultValue = "65536",
            description = {
                "Refuse a longer header block of a request with 431, and of a response with 502;",
                "trailers too (1024 to 1048576).",
                "Default: ${DEFAULT-VALUE}. Example: --http-max-header-size=131072"
            })
    int headerSize;

    @Option(
            names = "--http-max-header-fields",
            paramLabel = "N",
            converter = ValueForm.HeadFields.class,
            defaultValue = "200",
            description = {
                "The same for a header block with more fields (20 to 10000).",
                "Default: ${DEFAULT-VALUE}. Example: --http-max-header-fields=500"
            })
    int headerFields;

    Reuse reuse() {
        return new Reuse(idlePerDestination, idleInAll);
    }

    HttpLimits limits() {
        return new HttpLimits(requestLine, headerSize, headerFields);
    }
}
