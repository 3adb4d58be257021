package io.throughline.jobs.imports;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What the first part of a file tells, before a row is imported. What is no file of contacts at all is refused here.
 *
 * @param header fields of the first line that is not empty
 * @param rows the next ones, twenty at most
 */
record FileHead(FileFormat format, List<String> header, List<List<String>> rows) {

    private static final int ROWS = 20;
    private static final int MOST_COLUMNS = 1000;

    /**
     * @param whole whether the part is all of the file
     * @param pointer of the file in the request, for messages
     */
    static FileHead of(byte[] head, boolean whole, Charset charset, String pointer) {
        if (new String(head, StandardCharsets.ISO_8859_1).replace("\0", "").isBlank()) {
            throw invalid(pointer, "is empty");
        }
        if (head.length > 3 && head[0] == 'P' && head[1] == 'K' && head[2] == 3 && head[3] == 4) {
            throw invalid(pointer, "is a ZIP archive or a spreadsheet such as .xlsx; save it as CSV");
        }
        FileFormat format = FileFormat.of(head, charset);
        String text = format.decoded(head);
        if (text.indexOf('\0') >= 0) {
            throw invalid(pointer, "is no text: character " + (text.indexOf('\0') + 1) + " is NUL");
        }
        List<List<String>> lines = lines(format, text, whole, pointer);
        List<String> header = lines.isEmpty() ? List.of() : lines.getFirst();
        if (header.size() > MOST_COLUMNS) {
            throw invalid(pointer, "has " + header.size() + " columns; at most " + MOST_COLUMNS + " are accepted");
        }
        if (header.isEmpty()) {
            throw invalid(pointer, "cannot be read: its first line has no end within a megabyte");
        }
        if (lines.size() == 1 && whole) {
            throw invalid(pointer, "has a header and no rows");
        }
        return new FileHead(format, header, List.copyOf(lines.subList(1, lines.size())));
    }

    /** The last one is left out when it may have been cut. */
    private static List<List<String>> lines(FileFormat format, String text, boolean whole, String pointer) {
        List<List<String>> lines = new ArrayList<>();
        try (CsvReader<CsvRecord> records = format.beginning(text, whole)) {
            Iterator<CsvRecord> each = records.iterator();
            while (lines.size() <= ROWS && each.hasNext()) {
                CsvRecord record = each.next();
                if (whole || each.hasNext()) {
                    lines.add(record.getFields());
                }
            }
        } catch (CsvParseException | UncheckedIOException e) {
            if (whole) {
                throw invalid(pointer, "cannot be read: " + FileFormat.reason(e));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    static Problem invalid(String pointer, String detail) {
        return Problem.invalid(List.of(new FieldError(pointer, detail)));
    }
}
