package conduit.e2e.kit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is on a heap, class by class, as {@code jcmd GC.class_histogram} tells.
 *
 * @param bytes of all objects together
 */
public record Histogram(Map<String, Long> instances, long bytes) {

    private static final Pattern CLASS = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(\\S+).*");
    private static final Pattern TOTAL = Pattern.compile("Total\\s+\\d+\\s+(\\d+)");

    public Histogram {
        instances = Map.copyOf(instances);
    }

    static Histogram parse(List<String> lines) {
        Map<String, Long> instances = new HashMap<>();
        for (String line : lines) {
            Matcher ofClass = CLASS.matcher(line);
            if (ofClass.matches()) {
                instances.merge(ofClass.group(2), Long.parseLong(ofClass.group(1)), Long::sum);
            }
            Matcher total = TOTAL.matcher(line);
            if (total.matches()) {
                return new Histogram(instances, Long.parseLong(total.group(1)));
            }
        }
        throw new AssertionError("no histogram: " + lines);
    }

    /** How many objects there are of exactly this class. */
    public long instancesOf(String className) {
        return instances.getOrDefault(className, 0L);
    }
}
