package io.throughline.enrollment.privacy;

import com.fasterxml.jackson.core.type.TypeReference;
import io.throughline.enrollment.timeline.TimelineStore;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.Problem;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What this service holds about a person, as a document: two statements. */
@Singleton
class ExportPerson {

    private static final int LONGEST_TIMELINE = 10_000;

    /** Rows as they are stored, so that nothing is left out when a table gets another column. */
    private static final String DOCUMENT = """
            SELECT to_jsonb(contact) - 'tenant_id' AS contact,
                   (SELECT coalesce(jsonb_agg(to_jsonb(merged) - 'tenant_id' - 'survivor_id' ORDER BY merged_at), '[]')
                    FROM contact_merge merged
                    WHERE merged.tenant_id = contact.tenant_id AND survivor_id = contact.id) AS merged,
                   (SELECT coalesce(jsonb_agg(to_jsonb(own) - 'tenant_id' ORDER BY id), '[]') FROM enrollment own
                    WHERE own.tenant_id = contact.tenant_id AND contact_id = contact.id) AS enrollments,
                   (SELECT coalesce(jsonb_agg(to_jsonb(message) - 'tenant_id' ORDER BY message.id), '[]')
                    FROM enrollment own JOIN message ON message.enrollment_id = own.id
                    WHERE own.tenant_id = contact.tenant_id AND contact_id = contact.id) AS messages
            FROM contact WHERE tenant_id = ? AND id = ?
            """;

    private final Sql sql;
    private final Json json;
    private final TimelineStore timeline;
    private final Clock clock;

    ExportPerson(Sql sql, Json json, TimelineStore timeline, Clock clock) {
        this.sql = sql;
        this.json = json;
        this.timeline = timeline;
        this.clock = clock;
    }

    /** @param complete false: the timeline is longer than what is here */
    record Export(
            Instant exportedAt,
            Map<String, Object> contact,
            List<Object> merged,
            List<Object> enrollments,
            List<Object> messages,
            List<TimelineStore.Entry> timeline,
            boolean complete) {}

    /** @throws Problem {@code not_found} */
    Export of(UUID tenantId, UUID contactId) {
        return sql.inTransaction(() -> {
            List<TimelineStore.Entry> entries = timeline.page(tenantId, contactId, null, LONGEST_TIMELINE + 1);
            boolean complete = entries.size() <= LONGEST_TIMELINE;
            return sql.first(
                            DOCUMENT,
                            row -> new Export(
                                    clock.instant(),
                                    json.read(row.text("contact"), new TypeReference<>() {}),
                                    list(row.text("merged")),
                                    list(row.text("enrollments")),
                                    list(row.text("messages")),
                                    complete ? entries : entries.subList(0, LONGEST_TIMELINE),
                                    complete),
                            tenantId,
                            contactId)
                    .orElseThrow(() -> Problem.notFound("contact", contactId));
        });
    }

    private List<Object> list(String text) {
        return json.read(text, new TypeReference<>() {});
    }
}
