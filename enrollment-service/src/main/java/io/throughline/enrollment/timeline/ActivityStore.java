package io.throughline.enrollment.timeline;

import io.throughline.events.engagement.EngagementEvent;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Rows of {@code activity}: one statement to remember a batch, one to forget what is old. */
@Singleton
public class ActivityStore {

    /** The ledger of messages tells these. */
    private static final Set<String> TOLD_BY_MESSAGES = Set.of("sent", "failed", "unknown");

    private static final String OUR_SENDER = "job-worker";

    /** What is larger is not shown in a timeline; analytics keeps it. */
    private static final int LONGEST_METADATA = 2_000;

    private static final int FORGOTTEN_AT_ONCE = 10_000;

    private final Sql sql;
    private final Json json;

    ActivityStore(Sql sql, Json json) {
        this.sql = sql;
        this.json = json;
    }

    /** An engagement event, with the id that is unique in its source. */
    public record Happened(UUID tenantId, String source, String eventId, EngagementEvent event) {

        boolean isToldByMessages() {
            return TOLD_BY_MESSAGES.contains(event.eventType()) && source.contains(OUR_SENDER);
        }
    }

    /** Inside the caller's transaction. Again is nothing new; events of unknown enrollments are passed over. */
    public void record(Collection<Happened> happened) {
        List<Happened> rows =
                happened.stream().filter(each -> !each.isToldByMessages()).toList();
        if (rows.isEmpty()) {
            return;
        }
        sql.update(
                """
                INSERT INTO activity (enrollment_id, at, id, tenant_id, kind, type, channel, step_number, metadata)
                SELECT given.enrollment_id, given.at, md5(given.source || E'\\n' || given.event_id)::uuid, given.tenant_id,
                       'engagement', given.type, given.channel, given.step_number, given.metadata::jsonb
                FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?)
                     AS given(tenant_id, enrollment_id, source, event_id, at, type, channel, step_number, metadata)
                     JOIN enrollment ON enrollment.id = given.enrollment_id AND enrollment.tenant_id = given.tenant_id
                ORDER BY 1, 2, 3
                ON CONFLICT ON CONSTRAINT activity_pk DO NOTHING
                """,
                Sql.column("uuid", rows, Happened::tenantId),
                Sql.column("uuid", rows, each -> each.event().enrollmentId()),
                Sql.column("text", rows, Happened::source),
                Sql.column("text", rows, Happened::eventId),
                Sql.column("timestamptz", rows, each -> each.event().occurredAt()),
                Sql.column("text", rows, each -> each.event().eventType()),
                Sql.column("text", rows, each -> each.event().channel()),
                Sql.column("integer", rows, each -> each.event().stepNumber()),
                Sql.column("text", rows, this::metadata));
    }

    private String metadata(Happened happened) {
        if (happened.event().metadata() == null || happened.event().metadata().isEmpty()) {
            return null;
        }
        String text = json.text(happened.event().metadata());
        // PostgreSQL's jsonb takes no U+0000, which JSON writes so.
        return text.length() > LONGEST_METADATA || text.contains("\\u0000") ? null : text;
    }

    /** Across tenants on purpose. @return whether there may be more */
    boolean forget(int days) {
        return sql.update("""
                        DELETE FROM activity WHERE (enrollment_id, at, id) IN (
                            SELECT enrollment_id, at, id FROM activity
                            WHERE at < now() - make_interval(days => ?) LIMIT ?)
                        """, days, FORGOTTEN_AT_ONCE) == FORGOTTEN_AT_ONCE;
    }
}
