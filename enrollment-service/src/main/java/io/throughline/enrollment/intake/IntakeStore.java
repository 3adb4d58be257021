package io.throughline.enrollment.intake;

import io.throughline.enrollment.contact.ContactFields;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.ContactUpsertResult;
import io.throughline.events.imports.ContactUpsertBatch;
import io.throughline.platform.events.InboundEvent;
import io.throughline.platform.events.Inbox;
import io.throughline.platform.events.Json;
import io.throughline.platform.events.OutboundEvent;
import io.throughline.platform.events.Outbox;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Takes in one batch: inbox, upsert, result; four statements however many rows. Rows are locked in the order of their
 * emails, so that batches with the same people wait for each other and never deadlock.
 */
@Singleton
class IntakeStore {

    /** With the source appended: an event's id is unique within its source only. */
    private static final String CONSUMER = "intake";

    /** Stored contacts that this import has mentioned before are neither changed nor returned: duplicates in the file. */
    private static final String INSERT = """
            INSERT INTO contact AS stored (tenant_id, email, first_name, last_name, company, given_domain, attributes,
                                           role_address, disposable, import_job_id, seen_imports)
            SELECT tenant_id, email, first_name, last_name, company, given_domain, attributes::jsonb, role_address,
                   disposable, import_id, ARRAY[import_id]
            FROM unnest(?, ?, ?, ?, ?, ?, ?, ?)
                 AS given(email, first_name, last_name, company, given_domain, attributes, role_address, disposable),
                 (VALUES (?, ?)) AS import(tenant_id, import_id)
            ORDER BY email
            ON CONFLICT ON CONSTRAINT contact_email_is_unique_per_tenant DO UPDATE
            """;

    /** The last eight imports that mentioned a contact are remembered, so imports at the same time tell theirs apart. */
    private static final String REMEMBER = "SET seen_imports = (excluded.seen_imports || stored.seen_imports)[1:8]";

    private static final String OVERWRITE = """
            , first_name = coalesce(excluded.first_name, stored.first_name),
                last_name = coalesce(excluded.last_name, stored.last_name),
                company = coalesce(excluded.company, stored.company),
                given_domain = coalesce(excluded.given_domain, stored.given_domain),
                attributes = stored.attributes || excluded.attributes,
                import_job_id = excluded.import_job_id,
                imported_at = excluded.imported_at, updated_at = excluded.updated_at
            """;

    private static final String UNLESS_SEEN = """
            \sWHERE NOT stored.seen_imports @> excluded.seen_imports
            RETURNING email, (OLD.id IS NULL) AS created
            """;

    private final Sql sql;
    private final Inbox inbox;
    private final Outbox outbox;
    private final Json json;

    IntakeStore(Sql sql, Inbox inbox, Outbox outbox, Json json) {
        this.sql = sql;
        this.inbox = inbox;
        this.outbox = outbox;
        this.json = json;
    }

    private record Line(long line, ContactFields fields) {}

    private record Written(String email, boolean created) {}

    /** Inside the caller's transaction. A batch that was taken in before changes and publishes nothing. */
    void take(InboundEvent event, ContactUpsertBatch batch) {
        if (inbox.admit(CONSUMER + ":" + event.source(), List.of(event)).isEmpty()) {
            return;
        }
        outbox.publish(new OutboundEvent(
                batch.importId() + ":" + batch.batchNumber() + ":result",
                Topics.CONTACT_UPSERT_RESULTS,
                batch.importId().toString(),
                ContactUpsertResult.TYPE,
                event.tenantId(),
                upsert(event.tenantId(), batch)));
    }

    private ContactUpsertResult upsert(UUID tenantId, ContactUpsertBatch batch) {
        List<ContactUpsertResult.Rejection> rejected = new ArrayList<>();
        Map<String, Line> first = new LinkedHashMap<>();
        int duplicates = 0;
        for (ContactUpsertBatch.Row row : batch.rows()) {
            Line line = new Line(row.line(), fields(row));
            List<ContactFields.Flaw> flaws = line.fields().flaws();
            if (!flaws.isEmpty()) {
                ContactFields.Flaw flaw = flaws.getFirst();
                rejected.add(
                        new ContactUpsertResult.Rejection(row.line(), flaw.code(), flaw.field() + " " + flaw.detail()));
            } else if (first.putIfAbsent(line.fields().email(), line) != null) {
                duplicates++;
            }
        }
        int created = 0;
        int updated = 0;
        List<Written> written =
                write(tenantId, batch, first.values().stream().map(Line::fields).toList());
        for (Written each : written) {
            if (each.created()) {
                created++;
            } else if (batch.deduplicate()) {
                updated++;
            } else {
                rejected.add(new ContactUpsertResult.Rejection(
                        first.get(each.email()).line(), "exists", "a contact with this email is stored"));
            }
        }
        duplicates += first.size() - written.size();
        return new ContactUpsertResult(batch.importId(), batch.batchNumber(), created, updated, duplicates, rejected);
    }

    private List<Written> write(UUID tenantId, ContactUpsertBatch batch, List<ContactFields> rows) {
        if (rows.isEmpty()) {
            return List.of();
        }
        return sql.list(
                INSERT + REMEMBER + (batch.deduplicate() ? OVERWRITE : "") + UNLESS_SEEN,
                row -> new Written(row.text("email"), row.flag("created")),
                Sql.column("text", rows, ContactFields::email),
                Sql.column("text", rows, ContactFields::firstName),
                Sql.column("text", rows, ContactFields::lastName),
                Sql.column("text", rows, ContactFields::company),
                Sql.column("text", rows, ContactFields::companyDomain),
                Sql.column("text", rows, fields -> json.text(fields.attributes())),
                Sql.column("boolean", rows, ContactFields::roleAddress),
                Sql.column("boolean", rows, ContactFields::disposable),
                tenantId,
                batch.importId());
    }

    private static ContactFields fields(ContactUpsertBatch.Row row) {
        return new ContactFields(
                row.email(),
                row.firstName(),
                row.lastName(),
                row.company(),
                row.companyDomain(),
                row.attributes() == null ? Map.of() : new LinkedHashMap<>(row.attributes()));
    }
}
