package io.throughline.local.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Rows collected during a run, shown at its end. */
final class MarkdownTable {

    private final List<List<String>> rows = new ArrayList<>();
    private final int columns;

    MarkdownTable(String... headings) {
        columns = headings.length;
        rows.add(List.of(headings));
        rows.add(Arrays.stream(headings).map(heading -> "---").toList());
    }

    /** @param cells a missing last one is shown empty */
    MarkdownTable row(String... cells) {
        if (cells.length > columns) {
            throw new IllegalArgumentException("a row has more cells than the table has columns");
        }
        List<String> row = new ArrayList<>(List.of(cells));
        while (row.size() < columns) {
            row.add("");
        }
        rows.add(row);
        return this;
    }

    @Override
    public String toString() {
        return rows.stream()
                .map(row -> row.stream().collect(Collectors.joining(" | ", "| ", " |\n")))
                .collect(Collectors.joining());
    }
}
