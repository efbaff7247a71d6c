package conduit.policy;

import conduit.address.Network;
import conduit.address.Parsed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * One block of special-purpose addresses, a line of {@code special-purpose.txt}, which says where
 * they are from and of what date.
 *
 * @param name in a few words: {@code link-local}
 * @param guardedBy from which mode of the guard on it is refused
 */
record SpecialPurpose(Network network, String name, GuardedBy guardedBy) {

    /** What refuses a block. */
    enum GuardedBy {
        /** The guard in mode LOCAL, and STRICT. */
        LOCAL,
        /** The guard in mode STRICT. */
        STRICT,
        /** Nothing: it is globally reachable. */
        NOBODY
    }

    private static final String FILE = "special-purpose.txt";
    private static final int COLUMNS = 5;

    /** All of them, in the order of the file. */
    static List<SpecialPurpose> blocks() {
        InputStream file =
                Objects.requireNonNull(SpecialPurpose.class.getResourceAsStream(FILE), FILE);
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(SpecialPurpose::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SpecialPurpose of(String line) {
        List<String> columns = List.of(line.split(" *\\| *", -1));
        if (columns.size() != COLUMNS
                || !(Network.parse(columns.getFirst())
                        instanceof Parsed.Valid<Network>(Network network))) {
            throw new IllegalStateException(FILE + ": " + line);
        }
        GuardedBy guardedBy =
                switch (columns.get(3)) {
                    case "local" -> GuardedBy.LOCAL;
                    case "strict" -> GuardedBy.STRICT;
                    case "-" -> GuardedBy.NOBODY;
                    default -> throw new IllegalStateException(FILE + ": " + line);
                };
        return new SpecialPurpose(network, columns.get(1), guardedBy);
    }

    /** For people: {@code 169.254.0.0/16 (link-local)}. */
    @Override
    public String toString() {
        return network + " (" + name + ")";
    }
}
