package io.throughline.jobs.imports;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import io.throughline.jobs.imports.ImportStore.Refused;
import io.throughline.jobs.imports.ImportStore.Tally;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/**
 * The refused rows of an import as CSV in UTF-8: {@code line,code,detail} and the row as it was. Reads the stored file
 * beside the errors, both in the order of lines, so its size does not matter.
 */
@Singleton
class ErrorFile {

    private static final int ERRORS_AT_ONCE = 1000;

    private final ImportFiles files;
    private final ImportStore imports;

    ErrorFile(ImportFiles files, ImportStore imports) {
        this.files = files;
        this.imports = imports;
    }

    void write(UUID tenantId, Tally tally, OutputStream target) throws IOException {
        UUID importId = tally.id();
        Errors errors = new Errors(tenantId, importId);
        Writer text = new OutputStreamWriter(target, StandardCharsets.UTF_8);
        CsvWriter lines = CsvWriter.builder().build(text);
        byte[] head = files.head(importId);
        if (head.length == 0) {
            writeWithoutRows(lines, errors);
            text.flush();
            return;
        }
        FileFormat format = FileFormat.of(head, tally.charset());
        try (CsvReader<CsvRecord> records = format.records(files.open(importId))) {
            boolean header = true;
            for (CsvRecord record : records) {
                if (header) {
                    write(lines, "line", "code", "detail", record.getFields());
                    header = false;
                } else if (errors.next() == null) {
                    break;
                } else if (errors.next().line() == record.getStartingLineNumber()) {
                    Refused refused = errors.take();
                    write(lines, Long.toString(refused.line()), refused.code(), refused.detail(), record.getFields());
                }
            }
        } catch (CsvParseException e) {
            // The same place at which the import ended; no row after it was judged.
            lines.flush();
        }
        lines.flush();
        text.flush();
    }

    /** The file is not stored any more, by age or because somebody in it was erased. */
    private static void writeWithoutRows(CsvWriter lines, Errors errors) throws IOException {
        write(lines, "line", "code", "detail", List.of());
        while (errors.next() != null) {
            Refused refused = errors.take();
            write(lines, Long.toString(refused.line()), refused.code(), refused.detail(), List.of());
        }
        lines.flush();
    }

    private static void write(CsvWriter lines, String line, String code, String detail, List<String> row) {
        List<String> fields = new ArrayList<>(List.of(line, code, detail));
        fields.addAll(row);
        lines.writeRecord(fields);
    }

    /** Errors in the order of lines, read a page at a time. */
    private final class Errors {

        private final UUID tenantId;
        private final UUID importId;
        private final Deque<Refused> page = new ArrayDeque<>();
        private long last;
        private boolean exhausted;

        Errors(UUID tenantId, UUID importId) {
            this.tenantId = tenantId;
            this.importId = importId;
        }

        /** Null after the last. */
        Refused next() {
            if (page.isEmpty() && !exhausted) {
                page.addAll(imports.errors(tenantId, importId, last, ERRORS_AT_ONCE));
                exhausted = page.size() < ERRORS_AT_ONCE;
            }
            return page.peek();
        }

        Refused take() {
            Refused taken = page.remove();
            last = taken.line();
            return taken;
        }
    }
}
