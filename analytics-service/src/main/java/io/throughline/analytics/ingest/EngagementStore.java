package io.throughline.analytics.ingest;

import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Adds engagement events to the figures. One statement however many events; measured in batches of 2,000.
 *
 * <p>Every stage of the statement sorts what it is about to write by the key of its table, so all rows of one stage are
 * locked in the same order by everybody and before the next stage begins: concurrent batches wait, they do not deadlock.
 * No stage joins, so no plan depends on statistics. The rows everybody wants (tally, daily_tally, instance_version) come
 * last and are held for the shortest time.
 */
@Singleton
class EngagementStore {

    private final Sql sql;

    EngagementStore(Sql sql) {
        this.sql = sql;
    }

    /**
     * @param stepNumber 0: no step is meant
     * @param metadata JSON, or null
     */
    record Engagement(
            UUID tenantId,
            String source,
            String eventId,
            UUID instanceId,
            UUID enrollmentId,
            String channel,
            String eventType,
            int stepNumber,
            Instant occurredAt,
            String metadata) {}

    /** Counts those that were never seen before and answers how many they were. Order does not matter. */
    int add(List<Engagement> events) {
        return sql.one(
                """
                WITH fresh AS (
                    INSERT INTO engagement_event (tenant_id, source, event_id, instance_id, enrollment_id, channel,
                                                  event_type, step_number, occurred_at, metadata)
                    SELECT *
                    FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS incoming (tenant_id, source, event_id)
                    ORDER BY event_id COLLATE "C", source COLLATE "C", tenant_id
                    ON CONFLICT ON CONSTRAINT engagement_event_counts_once DO NOTHING
                    RETURNING tenant_id, instance_id, enrollment_id, channel, event_type, step_number,
                              (occurred_at AT TIME ZONE 'UTC')::date AS day
                ),
                -- A first on an earlier day than known moves there; the answer holds new (before IS NULL) and moved ones.
                firsts AS (
                    INSERT INTO first_occurrence AS known (enrollment_id, event_type, channel, step_number, instance_id,
                                                           tenant_id, day)
                    SELECT enrollment_id, event_type, channel, step_number, instance_id, tenant_id, min(day)
                    FROM fresh
                    GROUP BY 1, 2, 3, 4, 5, 6
                    ORDER BY 1, 2, 3, 4, 5, 6
                    ON CONFLICT ON CONSTRAINT first_occurrence_is_one_per_step
                        DO UPDATE SET day = excluded.day WHERE excluded.day < known.day
                    RETURNING NEW.tenant_id, NEW.instance_id, NEW.enrollment_id, NEW.channel, NEW.event_type,
                              NEW.step_number, OLD.day AS before, NEW.day AS after
                ),
                -- The answer holds, per row that is new or grew, its channels before (null: new) and after.
                reached AS (
                    INSERT INTO reach AS known (enrollment_id, event_type, instance_id, tenant_id, channels)
                    SELECT enrollment_id, event_type, instance_id, tenant_id, array_agg(DISTINCT channel)
                    FROM firsts
                    WHERE before IS NULL
                    GROUP BY 1, 2, 3, 4
                    ORDER BY 1, 2, 3, 4
                    ON CONFLICT ON CONSTRAINT reach_is_one_per_type
                        DO UPDATE SET channels = ARRAY(SELECT unnest(known.channels) UNION SELECT unnest(excluded.channels))
                        WHERE NOT known.channels @> excluded.channels
                    RETURNING NEW.tenant_id, NEW.instance_id, NEW.event_type,
                              OLD.channels AS before, NEW.channels AS after
                ),
                tallied AS (
                    INSERT INTO tally AS known (tenant_id, instance_id, channel, event_type, step_number,
                                                events, enrollments)
                    SELECT tenant_id, instance_id, channel, event_type, step_number, sum(events), sum(enrollments)
                    FROM (
                        SELECT tenant_id, instance_id, coalesce(channel, '') AS channel, event_type,
                               coalesce(step_number, -1) AS step_number, count(*) AS events, 0 AS enrollments
                        FROM fresh
                        GROUP BY tenant_id, instance_id, event_type,
                                 GROUPING SETS ((channel, step_number), (channel), ())
                        UNION ALL
                        SELECT tenant_id, instance_id, channel, event_type, step_number, 0, 1
                        FROM firsts WHERE before IS NULL
                        UNION ALL
                        SELECT tenant_id, instance_id, channel, event_type, -1, 0, 1
                        FROM reached CROSS JOIN LATERAL unnest(after) AS reachable (channel)
                        WHERE before IS NULL OR channel <> ALL (before)
                        UNION ALL
                        SELECT tenant_id, instance_id, '', event_type, -1, 0, 1
                        FROM reached WHERE before IS NULL
                    ) AS change
                    GROUP BY 1, 2, 3, 4, 5
                    ORDER BY 1, 2, 3, 4, 5
                    ON CONFLICT ON CONSTRAINT tally_has_one_row_per_scope
                        DO UPDATE SET events = known.events + excluded.events,
                                      enrollments = known.enrollments + excluded.enrollments
                    RETURNING tenant_id, instance_id
                ),
                dated AS (
                    INSERT INTO daily_tally AS known (tenant_id, instance_id, day, channel, event_type, events, firsts)
                    SELECT tenant_id, instance_id, day, channel, event_type, sum(events), sum(firsts)
                    FROM (
                        SELECT tenant_id, instance_id, day, channel, event_type, 1 AS events, 0 AS firsts FROM fresh
                        UNION ALL
                        SELECT tenant_id, instance_id, after, channel, event_type, 0, 1 FROM firsts
                        UNION ALL
                        SELECT tenant_id, instance_id, before, channel, event_type, 0, -1
                        FROM firsts WHERE before IS NOT NULL
                    ) AS change
                    GROUP BY 1, 2, 3, 4, 5
                    ORDER BY 1, 2, 3, 4, 5
                    ON CONFLICT ON CONSTRAINT daily_tally_has_one_row_per_type
                        DO UPDATE SET events = known.events + excluded.events,
                                      firsts = known.firsts + excluded.firsts
                    RETURNING tenant_id, instance_id
                ),
                versioned AS (
                    INSERT INTO instance_version AS known (tenant_id, instance_id, version)
                    SELECT tenant_id, instance_id, 1
                    FROM (SELECT tenant_id, instance_id FROM tallied
                          UNION SELECT tenant_id, instance_id FROM dated) AS moved
                    ORDER BY 1, 2
                    ON CONFLICT ON CONSTRAINT instance_version_is_one_per_instance
                        DO UPDATE SET version = known.version + 1
                )
                SELECT count(*) AS fresh FROM fresh
                """,
                row -> row.integer("fresh"),
                Sql.column("uuid", events, Engagement::tenantId),
                Sql.column("text", events, Engagement::source),
                Sql.column("text", events, Engagement::eventId),
                Sql.column("uuid", events, Engagement::instanceId),
                Sql.column("uuid", events, Engagement::enrollmentId),
                Sql.column("text", events, Engagement::channel),
                Sql.column("text", events, Engagement::eventType),
                Sql.column("smallint", events, Engagement::stepNumber),
                Sql.column("timestamptz", events, Engagement::occurredAt),
                Sql.column("text", events, Engagement::metadata));
    }
}
