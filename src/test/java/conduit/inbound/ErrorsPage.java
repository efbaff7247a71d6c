package conduit.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.tunnel.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The rows of docs/errors.md, so that tests can hold it against the code. */
public record ErrorsPage(List<Row> rows) {

    private static final Pattern NUMBER = Pattern.compile("\\d+");

    /** What the page says of one refusal: columns as they stand there. */
    public record Row(String label, String http, String error, String socks) {}

    /** Reads the page, which has each refusal once. */
    public static ErrorsPage read() throws IOException {
        List<Row> rows =
                Files.readAllLines(Path.of("docs", "errors.md")).stream()
                        .filter(line -> line.startsWith("| `"))
                        .map(line -> line.split(" \\| ", -1))
                        .map(cells ->
                                new Row(
                                        cells[0].substring(2).replace("`", ""),
                                        cells[1],
                                        cells[2].replace("`", ""),
                                        cells[3]))
                        .toList();
        assertThat(rows)
                .extracting(Row::label)
                .containsExactlyInAnyOrderElementsOf(
                        List.of(Refusal.values()).stream().map(Refusal::label).toList());
        return new ErrorsPage(rows);
    }

    /** The row of a refusal. */
    public Row of(Refusal refusal) {
        return rows.stream()
                .filter(row -> row.label().equals(refusal.label()))
                .findFirst()
                .orElseThrow();
    }

    /** The numbers that a cell names. */
    public static List<Integer> numbers(String cell) {
        return NUMBER.matcher(cell).results().map(found -> Integer.valueOf(found.group())).toList();
    }
}
