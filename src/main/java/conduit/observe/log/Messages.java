package conduit.observe.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import conduit.config.Logging;
import org.slf4j.LoggerFactory;

/**
 * conduit's own messages, which logback takes from whoever has them and gives to standard error.
 */
public final class Messages {

    /** As logback.xml names it. */
    private static final String APPENDER = "stderr";

    private Messages() {}

    /** What writes them. */
    public static LineWriter writer() {
        return ((MessageAppender) root().getAppender(APPENDER)).writer();
    }

    /** From the next message on. */
    public static void set(Logging.Level level, Logging.Format format) {
        Level least = Level.valueOf(level.name());
        root().setLevel(least);
        // What is wrong with a name server or a peer is in the access log (logback.xml).
        netty("io.netty", Level.WARN, least);
        netty("io.netty.resolver", Level.ERROR, least);
        writer().setFormat(format);
    }

    /** Why the program ends, as a line for standard error while there need not be a log. */
    public static String lastWords(String why) {
        return Output.standardError().prefix().of("ERROR") + why;
    }

    private static void netty(String name, Level atLeast, Level wanted) {
        context().getLogger(name).setLevel(wanted.isGreaterOrEqual(atLeast) ? wanted : atLeast);
    }

    private static Logger root() {
        return context().getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }
}
