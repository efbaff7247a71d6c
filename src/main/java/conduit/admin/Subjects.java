package conduit.admin;

import conduit.metrics.Metrics;
import conduit.metrics.TopTalkers;
import conduit.tunnel.OpenAccounts;
import java.util.function.Supplier;

/**
 * What the admin listener tells about.
 *
 * @param configuration the one in force, as a file, without secrets
 */
public record Subjects(
        OpenAccounts open,
        Metrics metrics,
        TopTalkers top,
        Readiness readiness,
        Supplier<String> configuration,
        Controls controls) {}
