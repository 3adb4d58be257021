package io.throughline.analytics.report;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A report as one flat table in the form of RFC 4180. {@code section} tells which part of the report a row is from;
 * {@code name} is its status, event type or stage; a cell that a section has no figure for is empty.
 */
final class Spreadsheet {

    /**
     * What a spreadsheet takes for the beginning of a formula, from OWASP's page
     * <a href="https://owasp.org/www-community/attacks/CSV_Injection">CSV Injection</a>, which also names the remedy: an
     * apostrophe before it.
     */
    private static final String FORMULA = "=+-@\t\r";

    private static final int COLUMNS = 8;

    private Spreadsheet() {}

    static String of(Report report) {
        StringWriter text = new StringWriter();
        // Without a buffer there is nothing to flush.
        CsvWriter table = CsvWriter.builder().bufferSize(0).build(text);
        table.writeRecord("section", "date", "step", "channel", "name", "total", "unique", "rate");
        rows(report).forEach(table::writeRecord);
        return text.toString();
    }

    private static Stream<String[]> rows(Report report) {
        return Stream.of(
                        report.enrollments().byStatus().entrySet().stream()
                                .map(status ->
                                        row("enrollments", "", "", "", status.getKey(), status.getValue(), "", "")),
                        report.events().stream()
                                .map(each -> row(
                                        "events",
                                        "",
                                        "",
                                        each.channel(),
                                        each.eventType(),
                                        each.total(),
                                        each.unique(),
                                        "")),
                        report.timeSeries().stream()
                                .map(each -> row(
                                        "timeSeries",
                                        each.date(),
                                        "",
                                        each.channel(),
                                        each.eventType(),
                                        each.total(),
                                        each.unique(),
                                        "")),
                        report.funnel().stream()
                                .map(each ->
                                        row("funnel", "", "", "", each.stage(), "", each.count(), plain(each.rate()))),
                        report.steps().stream().flatMap(Spreadsheet::step))
                .flatMap(rows -> rows);
    }

    private static Stream<String[]> step(Report.Step step) {
        Map<String, Long> figures = new LinkedHashMap<>();
        figures.put("sent", step.sent());
        figures.put("delivered", step.delivered());
        figures.put("opened", step.opened());
        figures.put("clicked", step.clicked());
        figures.put("replied", step.replied());
        figures.put("bounced", step.bounced());
        figures.put("unsubscribed", step.unsubscribed());
        return figures.entrySet().stream()
                .map(each ->
                        row("steps", "", step.stepNumber(), step.channel(), each.getKey(), "", each.getValue(), ""));
    }

    private static String[] row(Object... cells) {
        String[] row = new String[COLUMNS];
        for (int column = 0; column < COLUMNS; column++) {
            row[column] = harmless(cells[column].toString());
        }
        return row;
    }

    /** 0.0001, not 1.0E-4. */
    private static String plain(double rate) {
        return BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString();
    }

    private static String harmless(String cell) {
        return !cell.isEmpty() && FORMULA.indexOf(cell.charAt(0)) >= 0 ? "'" + cell : cell;
    }
}
