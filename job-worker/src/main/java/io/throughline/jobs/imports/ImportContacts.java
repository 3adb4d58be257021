package io.throughline.jobs.imports;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.throughline.events.Topics;
import io.throughline.events.imports.ContactUpsertBatch;
import io.throughline.jobs.imports.ImportStore.Refused;
import io.throughline.jobs.imports.ImportStore.Tally;
import io.throughline.jobs.queue.JobFailure;
import io.throughline.jobs.queue.JobType;
import io.throughline.jobs.queue.Outcome;
import io.throughline.jobs.queue.Work;
import io.throughline.platform.events.OutboundEvent;
import io.throughline.platform.events.Outbox;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Reads a stored file and publishes its rows in batches, each in the transaction that moves the checkpoint: a run that
 * begins again goes on where the last one was, and cuts the same batches, because the cut depends on the file alone. Then
 * waits, without a worker, for the results that {@link ImportResults} counts.
 */
@Singleton
class ImportContacts implements JobType<ImportContacts.Parameters> {

    static final String NAME = "import";

    private static final int LONGEST_ROW = 100_000;

    /** Results that have not come after that are looked for again; nothing is sent twice. */
    private static final Duration UNTIL_NEXT_LOOK = Duration.ofMinutes(2);

    private final Sql sql;
    private final ImportFiles files;
    private final ImportStore imports;
    private final Outbox outbox;

    ImportContacts(Sql sql, ImportFiles files, ImportStore imports, Outbox outbox) {
        this.sql = sql;
        this.files = files;
        this.imports = imports;
        this.outbox = outbox;
    }

    /**
     * @param bytes of the file
     * @param fieldMapping from column to field, as given or guessed
     * @param deduplicate false: contacts that are stored already are refused
     */
    record Parameters(long bytes, Map<String, String> fieldMapping, boolean deduplicate) {}

    /** @param rows of the file that are in a batch or were refused */
    record Checkpoint(int batches, long rows, long misread) {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Class<Parameters> parameters() {
        return Parameters.class;
    }

    /** It begins with a file. */
    @Override
    public boolean requestable() {
        return false;
    }

    @Override
    public Outcome run(Work<Parameters> work) throws IOException {
        Tally tally = imports.find(work.tenantId(), work.jobId())
                .orElseThrow(() -> JobFailure.permanent("file_gone", "The file is not stored any more."));
        Checkpoint reached = work.checkpoint(Checkpoint.class).orElse(new Checkpoint(0, 0, 0));
        if (tally.batches() == null) {
            reached = publish(work, reached, tally);
        }
        return await(work, reached);
    }

    private Checkpoint publish(Work<Parameters> work, Checkpoint reached, Tally tally) throws IOException {
        byte[] head = files.head(work.jobId());
        if (head.length == 0) {
            throw JobFailure.permanent("file_gone", "The file is not stored any more.");
        }
        FileFormat format = FileFormat.of(head, tally.charset());
        Reading reading = new Reading(work, reached, Lanes.of(work.jobId(), tally.lines()));
        try (CsvReader<CsvRecord> records = format.records(files.open(work.jobId()))) {
            for (CsvRecord record : records) {
                reading.take(record);
            }
        } catch (CsvParseException | UncheckedIOException e) {
            throw JobFailure.permanent(
                    "unreadable_file",
                    "Reading ended after row " + reading.rows + ": " + FileFormat.reason(e)
                            + ". Rows before it are stored; correct the file and import it again.");
        }
        return reading.end();
    }

    /** With the last result here already, the end; else whoever counts the last result ends the job. */
    private Outcome await(Work<Parameters> work, Checkpoint reached) {
        return sql.inTransaction(() -> {
            Tally tally = imports.readWhole(work.jobId(), reached.rows(), reached.batches(), reached.misread());
            return tally.complete() ? new Outcome.Completed(tally.result()) : work.detach(UNTIL_NEXT_LOOK);
        });
    }

    /** One pass over the file. */
    private final class Reading {

        private final Work<Parameters> work;
        private final Checkpoint from;
        private final Lanes lanes;
        private final List<Refused> refused = new ArrayList<>();
        private Columns columns;
        private int batches;
        private long rows;
        private long misread;

        Reading(Work<Parameters> work, Checkpoint from, Lanes lanes) {
            this.work = work;
            this.from = from;
            this.lanes = lanes;
            this.batches = from.batches();
            this.misread = from.misread();
        }

        void take(CsvRecord record) {
            if (columns == null) {
                columns = Columns.of(record.getFields(), work.parameters().fieldMapping());
                return;
            }
            rows++;
            if (rows <= from.rows()) {
                return;
            }
            work.stopIfAsked();
            List<String> fields = record.getFields();
            int length = fields.stream().mapToInt(String::length).sum();
            if (columns.tooWide(fields)) {
                refuse(record, "too_many_fields", "the row has more fields than the header");
            } else if (length > LONGEST_ROW) {
                refuse(record, "too_long", "the row has more than " + LONGEST_ROW + " characters");
            } else if (fields.stream().anyMatch(field -> field.indexOf('\0') >= 0)) {
                refuse(record, "nul_character", "the row has a NUL character, which no text has");
            } else {
                lanes.add(columns.row(record.getStartingLineNumber(), fields), length);
            }
            if (lanes.full() || refused.size() >= Lanes.BATCH_ROWS) {
                flush();
            }
        }

        private void refuse(CsvRecord record, String code, String detail) {
            refused.add(new Refused(record.getStartingLineNumber(), code, detail));
            misread++;
        }

        /** One transaction: a batch of each lane, what was refused, and how far that is. */
        private void flush() {
            sql.inTransaction(() -> {
                List<OutboundEvent> events = new ArrayList<>();
                lanes.take((key, rows) -> events.add(event(key, rows)));
                outbox.publish(events);
                imports.refuse(work.tenantId(), work.jobId(), refused);
                work.saveCheckpoint(new Checkpoint(batches, rows, misread));
            });
            refused.clear();
        }

        private OutboundEvent event(String key, List<ContactUpsertBatch.Row> batch) {
            UUID id = work.jobId();
            int number = batches++;
            return new OutboundEvent(
                    id + ":" + number,
                    Topics.CONTACT_UPSERTS,
                    key,
                    ContactUpsertBatch.TYPE,
                    work.tenantId(),
                    new ContactUpsertBatch(id, number, work.parameters().deduplicate(), batch));
        }

        Checkpoint end() {
            if (!lanes.isEmpty() || !refused.isEmpty()) {
                flush();
            }
            return new Checkpoint(batches, rows, misread);
        }
    }
}
