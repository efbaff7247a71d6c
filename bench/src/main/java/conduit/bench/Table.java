package conduit.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** All figures that were read, with a line for each of them and a column for each candidate. */
final class Table {

    /** One candidate's. */
    private record Column(Map<Figure, List<Double>> values, Map<Row, Integer> notes) {}

    private final Map<String, Column> columns = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    Table(List<Candidate> candidates) {
        for (Candidate candidate : candidates) {
            columns.put(
                    candidate.name(),
                    new Column(new EnumMap<>(Figure.class), new EnumMap<>(Row.class)));
        }
    }

    /** What one start brought. */
    void add(Candidate candidate, Map<Figure, Double> figures) {
        Map<Figure, List<Double>> values = column(candidate).values();
        figures.forEach((figure, value) ->
                values.computeIfAbsent(figure, _ -> new ArrayList<>()).add(value));
    }

    /** What is to be known of a row: why there is a dash, or that its figures are doubtful. */
    void note(Candidate candidate, Row row, String reason) {
        notes.add(candidate.name() + ", " + row + ": " + reason);
        column(candidate).notes().put(row, notes.size());
    }

    private Column column(Candidate candidate) {
        Column column = columns.get(candidate.name());
        if (column == null) {
            throw new IllegalArgumentException("no column for " + candidate);
        }
        return column;
    }

    String markdown() {
        StringBuilder text = new StringBuilder();
        text.append("| | ").append(String.join(" | ", columns.keySet())).append(" |\n");
        text.append("|---|").append("---:|".repeat(columns.size())).append('\n');
        for (Figure figure : Figure.values()) {
            if (isAsked(figure)) {
                text.append("| ").append(figure.label()).append(" | ");
                text.append(cells(figure)).append(" |\n");
            }
        }
        for (int i = 0; i < notes.size(); i++) {
            text.append("\n(").append(i + 1).append(") ").append(notes.get(i)).append('\n');
        }
        return text.toString();
    }

    private boolean isAsked(Figure figure) {
        return columns.values().stream()
                .anyMatch(column ->
                        column.values().containsKey(figure)
                                || column.notes().containsKey(figure.row()));
    }

    private String cells(Figure figure) {
        return columns.values().stream()
                .map(column -> cell(column, figure))
                .collect(Collectors.joining(" | "));
    }

    /** The median of all starts and, with more than one, the worst. */
    private static String cell(Column column, Figure figure) {
        List<Double> values = column.values().getOrDefault(figure, List.of());
        Integer note = column.notes().get(figure.row());
        String mark = note == null ? "" : " (" + note + ")";
        if (values.isEmpty()) {
            return "-" + mark;
        }
        String median = figure.text(Median.of(stream(values)));
        return values.size() == 1
                ? median + mark
                : median + ", worst " + figure.text(worst(figure, values)) + mark;
    }

    private static double worst(Figure figure, List<Double> values) {
        return switch (figure.better()) {
            case LOWER -> stream(values).max().orElseThrow();
            case HIGHER -> stream(values).min().orElseThrow();
        };
    }

    private static DoubleStream stream(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue);
    }
}
