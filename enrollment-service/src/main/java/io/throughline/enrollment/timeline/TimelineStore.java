package io.throughline.enrollment.timeline;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.type.TypeReference;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A page of a contact's timeline: one statement, each of whose parts is an index read that ends at the page's size. Nothing
 * is written for it when contacts are imported or enrolled, or messages planned.
 */
@Singleton
public class TimelineStore {

    private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");
    private static final UUID HIGHEST = new UUID(-1, -1);

    /** {@code own} is the contact's enrollments; a page is what comes before (at, id). */
    private static final String PAGE = """
            WITH place AS (SELECT ?::uuid AS tenant, ?::uuid AS contact, ?::timestamptz AS at, ?::uuid AS id, ?::int AS size),
            own AS MATERIALIZED (
                SELECT enrollment.* FROM place, enrollment
                WHERE tenant_id = tenant AND contact_id = contact
            ), entry AS (
                SELECT contact.id, uuid_extract_timestamp(contact.id) AS at, 'contact' AS kind, 'created' AS type
                FROM place, contact WHERE tenant_id = tenant AND contact.id = contact
                UNION ALL
                SELECT import_job_id, imported_at, 'contact', 'imported'
                FROM place, contact WHERE tenant_id = tenant AND contact.id = contact AND import_job_id IS NOT NULL
                UNION ALL
                SELECT merged_id, merged_at, 'contact', 'merged'
                FROM place, contact_merge WHERE tenant_id = tenant AND survivor_id = contact
            ), happened AS (
                SELECT id, at, kind, type, NULL::uuid AS enrollment_id, NULL::uuid AS instance_id, NULL::int AS step_number,
                       NULL AS channel, NULL AS status, NULL AS subject, NULL::timestamptz AS settled_at,
                       NULL::jsonb AS metadata
                FROM entry
                UNION ALL
                SELECT id, enrolled_at, 'enrollment', 'enrolled', id, instance_id, NULL, NULL, NULL, NULL, NULL, NULL FROM own
                UNION ALL
                SELECT message.id, planned_at, 'message', 'message', own.id, own.instance_id, message.step_number, channel,
                       message.status, subject, settled_at, NULL
                FROM own JOIN message ON message.enrollment_id = own.id
                UNION ALL
                SELECT latest.id, latest.at, latest.kind, latest.type, own.id, own.instance_id, latest.step_number,
                       latest.channel, NULL, NULL, NULL, latest.metadata
                FROM place, own, LATERAL (
                    SELECT * FROM activity
                    WHERE activity.enrollment_id = own.id AND (activity.at, activity.id) < (place.at, place.id)
                    ORDER BY activity.at DESC, activity.id DESC LIMIT place.size) AS latest
            )
            SELECT happened.* FROM place, happened WHERE (happened.at, happened.id) < (place.at, place.id)
            ORDER BY happened.at DESC, happened.id DESC LIMIT (SELECT size FROM place)
            """;

    private final Sql sql;
    private final Json json;

    TimelineStore(Sql sql, Json json) {
        this.sql = sql;
        this.json = json;
    }

    /**
     * @param kind {@code contact, enrollment, message, transition} or {@code engagement}
     * @param type {@code created, imported, merged}; {@code enrolled}; {@code message}; the status; the type of the event
     * @param id of the contact, import, merged contact, enrollment, message or event
     * @param status of a message
     * @param settledAt when a message's fate became known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Entry(
            Instant at,
            String kind,
            String type,
            UUID id,
            UUID enrollmentId,
            UUID instanceId,
            Integer stepNumber,
            String channel,
            String status,
            String subject,
            Instant settledAt,
            Map<String, Object> metadata) {

        Cursor cursor() {
            return Cursor.of(at, id);
        }
    }

    /** Newest first. */
    public List<Entry> page(UUID tenantId, UUID contactId, Cursor after, int size) {
        return sql.list(
                PAGE,
                this::entry,
                tenantId,
                contactId,
                after == null ? LAST : after.instant(0),
                after == null ? HIGHEST : after.uuid(1),
                size);
    }

    boolean exists(UUID tenantId, UUID contactId) {
        return sql.first("SELECT FROM contact WHERE tenant_id = ? AND id = ?", row -> true, tenantId, contactId)
                .isPresent();
    }

    private Entry entry(Row row) {
        String metadata = row.text("metadata");
        return new Entry(
                row.instant("at"),
                row.text("kind"),
                row.text("type"),
                row.uuid("id"),
                row.uuid("enrollment_id"),
                row.uuid("instance_id"),
                row.text("step_number") == null ? null : row.integer("step_number"),
                row.text("channel"),
                row.text("status"),
                row.text("subject"),
                row.instant("settled_at"),
                metadata == null ? null : json.read(metadata, new TypeReference<Map<String, Object>>() {}));
    }
}
