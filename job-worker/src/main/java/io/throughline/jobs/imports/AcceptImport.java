package io.throughline.jobs.imports;

import io.throughline.jobs.imports.ImportFiles.Stored;
import io.throughline.jobs.job.JobResource.Accepted;
import io.throughline.jobs.queue.JobStore;
import io.throughline.jobs.queue.NewJob;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.time.Ids;
import jakarta.inject.Singleton;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Stores a file and, in one transaction, its import and job; what can be told from the header is told at once. */
@Singleton
class AcceptImport {

    private static final long LARGEST_FILE = 256L << 20;
    private static final int MOST_COLUMNS = 1000;

    private final ImportFiles files;
    private final ImportStore imports;
    private final JobStore jobs;
    private final Sql sql;
    private final CurrentCaller caller;

    AcceptImport(ImportFiles files, ImportStore imports, JobStore jobs, Sql sql, CurrentCaller caller) {
        this.files = files;
        this.imports = imports;
        this.jobs = jobs;
        this.sql = sql;
        this.caller = caller;
    }

    /**
     * @param mapping null: by well-known header names
     * @param pointer of the file in the request, for messages
     */
    Accepted file(InputStream body, Map<String, String> mapping, boolean deduplicate, String pointer) {
        UUID id = Ids.next();
        UUID tenantId = caller.tenantId();
        try {
            Stored stored = files.store(id, tenantId, body, LARGEST_FILE);
            Map<String, String> used = mapping(stored, mapping, pointer);
            return sql.inTransaction(() -> {
                imports.begin(id, tenantId, stored.lines());
                return Accepted.of(jobs.enqueue(NewJob.of(
                        id,
                        tenantId,
                        caller.userId(),
                        ImportContacts.NAME,
                        new ImportContacts.Parameters(stored.bytes(), used, deduplicate))));
            });
        } catch (Problem refused) {
            files.remove(id);
            throw refused;
        }
    }

    private static Map<String, String> mapping(Stored stored, Map<String, String> given, String pointer) {
        if (stored.isBlank()) {
            throw invalid(pointer, "is empty");
        }
        FileFormat format = FileFormat.of(stored.head());
        FileFormat.Beginning beginning = format.beginning(stored.head())
                .orElseThrow(() -> invalid(pointer, "cannot be read: its first line has no end within a megabyte"));
        List<String> header = beginning.header();
        if (header.size() > MOST_COLUMNS) {
            throw invalid(pointer, "has " + header.size() + " columns; at most " + MOST_COLUMNS + " are accepted");
        }
        Map<String, String> mapping = given == null || given.isEmpty() ? Columns.guess(header) : given;
        Columns.of(header, mapping);
        if (!beginning.hasRows() && stored.bytes() == stored.head().length) {
            throw invalid(pointer, "has a header and no rows");
        }
        return mapping;
    }

    private static Problem invalid(String pointer, String detail) {
        return Problem.invalid(List.of(new FieldError(pointer, detail)));
    }
}
