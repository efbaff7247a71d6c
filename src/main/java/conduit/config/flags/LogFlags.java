package conduit.config.flags;

import conduit.config.Logging;
import conduit.config.Logging.AccessTarget;
import picocli.CommandLine.Option;

/** The flags about what is logged, a heading of {@link Options}. */
final class LogFlags {

    @Option(
            names = "--access-log",
            paramLabel = "stderr|stdout|off|PATH",
            converter = ValueForm.AccessLog.class,
            defaultValue = "stderr",
            description = {
                "Write a line for each tunnel and forwarded request there. A file is written at",
                "its end, and SIGUSR1 has it opened anew under its name. A file that is called",
                "like one of the words is ./off.",
                "Default: ${DEFAULT-VALUE}. Example: --access-log=/var/log/conduit/access.log"
            })
    AccessTarget access;

    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            converter = ValueForm.LogFormat.class,
            defaultValue = "text",
            description = {
                "How these lines and conduit's own messages, which go to standard error, are",
                "written: for people, or one JSON object to a line.",
                "Default: ${DEFAULT-VALUE}. Example: --log-format=json"
            })
    Logging.Format format;

    @Option(
            names = "--log-level",
            paramLabel = "error|warn|info|debug",
            converter = ValueForm.LogLevel.class,
            defaultValue = "info",
            description = {
                "Write own messages of this level and of graver ones. The access log has none.",
                "Default: ${DEFAULT-VALUE}. Example: --log-level=warn"
            })
    Logging.Level level;

    Logging logging() {
        return new Logging(level, format, access);
    }
}
