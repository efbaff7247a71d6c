package conduit.bench;

import java.util.stream.DoubleStream;

/** The middle one of some values, or the mean of the two in the middle. */
final class Median {

    private Median() {}

    static double of(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
