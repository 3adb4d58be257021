package io.throughline.jobs.imports;

import io.throughline.jobs.imports.ImportFiles.Stored;
import io.throughline.jobs.job.JobResource.Accepted;
import io.throughline.jobs.queue.JobStore;
import io.throughline.jobs.queue.NewJob;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Problem;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.time.Ids;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.UUID;

/** Stores a file and, in one transaction, its import and job; what can be told from the header is told at once. */
@Singleton
class AcceptImport {

    private static final long LARGEST_FILE = 256L << 20;

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

    Accepted file(Upload upload) {
        UUID id = Ids.next();
        UUID tenantId = caller.tenantId();
        try {
            Stored stored = files.store(id, tenantId, upload.body(), LARGEST_FILE);
            Map<String, String> used = mapping(stored, upload);
            return sql.inTransaction(() -> {
                imports.begin(id, tenantId, stored.lines(), stored.charset());
                return Accepted.of(jobs.enqueue(NewJob.of(
                        id,
                        tenantId,
                        caller.userId(),
                        ImportContacts.NAME,
                        new ImportContacts.Parameters(stored.bytes(), used, upload.deduplicate()))));
            });
        } catch (Problem refused) {
            files.remove(id);
            throw refused;
        }
    }

    private static Map<String, String> mapping(Stored stored, Upload upload) {
        FileHead head = FileHead.of(stored.head(), stored.isWholeInHead(), stored.charset(), upload.pointer());
        Map<String, String> mapping =
                upload.fieldMapping() == null ? Columns.guess(head.header()) : upload.fieldMapping();
        Columns.of(head.header(), mapping);
        return mapping;
    }
}
