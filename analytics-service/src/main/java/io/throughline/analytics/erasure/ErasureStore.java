package io.throughline.analytics.erasure;

import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.UUID;

/** Notes whose metadata is to go, and goes through the events of their instances: a statement for every 10,000 of them. */
@Singleton
class ErasureStore {

    private static final int LOOKED_AT = 10_000;

    private static final String NEXT = """
            WITH erasure AS MATERIALIZED (
                SELECT * FROM metadata_erasure ORDER BY enrollment_id LIMIT 1 FOR UPDATE SKIP LOCKED
            ), looked AS MATERIALIZED (
                SELECT event.id, event.event_type, event.received_at,
                       event.enrollment_id = erasure.enrollment_id AND event.tenant_id = erasure.tenant_id
                           AND metadata IS NOT NULL AS meant
                FROM erasure, LATERAL (
                    SELECT * FROM engagement_event
                    WHERE instance_id = erasure.instance_id AND (event_type, id) > (erasure.event_type, erasure.event_id)
                    ORDER BY event_type, id LIMIT ?) AS event
            ), plain AS (
                UPDATE engagement_event SET metadata = NULL FROM looked, erasure
                WHERE looked.meant AND engagement_event.instance_id = erasure.instance_id
                  AND engagement_event.event_type = looked.event_type AND engagement_event.id = looked.id
                  AND engagement_event.received_at = looked.received_at
            ), last AS (
                SELECT event_type, id FROM looked ORDER BY event_type DESC, id DESC LIMIT 1
            ), on_the_way AS (
                UPDATE metadata_erasure SET event_type = last.event_type, event_id = last.id FROM erasure, last
                WHERE metadata_erasure.enrollment_id = erasure.enrollment_id
                  AND metadata_erasure.instance_id = erasure.instance_id
                  AND metadata_erasure.tenant_id = erasure.tenant_id
                  AND (SELECT count(*) FROM looked) = ?
            ), done AS (
                DELETE FROM metadata_erasure USING erasure
                WHERE metadata_erasure.enrollment_id = erasure.enrollment_id
                  AND metadata_erasure.instance_id = erasure.instance_id
                  AND metadata_erasure.tenant_id = erasure.tenant_id
                  AND (SELECT count(*) FROM looked) < ?
            )
            SELECT count(*) AS erasures FROM erasure
            """;

    private final Sql sql;

    ErasureStore(Sql sql) {
        this.sql = sql;
    }

    /** Inside the caller's transaction. Again begins anew, which changes nothing. */
    void begin(UUID tenantId, Collection<UUID> enrollmentIds) {
        sql.update("""
                INSERT INTO metadata_erasure (tenant_id, instance_id, enrollment_id)
                SELECT tenant_id, instance_id, enrollment_id FROM enrollment_memory
                WHERE enrollment_id = ANY (?) AND tenant_id = ?
                ON CONFLICT ON CONSTRAINT metadata_erasure_pk DO UPDATE SET event_type = '', event_id = 0
                """, Sql.array("uuid", enrollmentIds), tenantId);
    }

    /** Some way further with one of them. Across tenants on purpose. @return false when there is none */
    boolean goOn() {
        return sql.one(NEXT, row -> row.integer("erasures") > 0, LOOKED_AT, LOOKED_AT, LOOKED_AT);
    }
}
