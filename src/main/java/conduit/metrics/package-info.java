/** What happens in numbers, for Prometheus: docs/metrics.md has the list. */
@NullMarked
package conduit.metrics;

import org.jspecify.annotations.NullMarked;
