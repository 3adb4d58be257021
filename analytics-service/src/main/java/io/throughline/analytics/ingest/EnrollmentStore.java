package io.throughline.analytics.ingest;

import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;

/**
 * Follows the status of enrollments. One statement however many changes; a change that is not newer than what is known
 * moves nothing. Locks in key order, stage by stage, as {@link EngagementStore} does.
 */
@Singleton
class EnrollmentStore {

    private final Sql sql;

    EnrollmentStore(Sql sql) {
        this.sql = sql;
    }

    record State(UUID tenantId, UUID instanceId, UUID enrollmentId, String status, long version) {}

    void follow(List<State> states) {
        sql.list(
                """
                WITH changed AS (
                    INSERT INTO enrollment_state AS known (tenant_id, instance_id, enrollment_id, status, version)
                    SELECT DISTINCT ON (enrollment_id, instance_id, tenant_id) *
                    FROM unnest(?, ?, ?, ?, ?) AS incoming (tenant_id, instance_id, enrollment_id, status, version)
                    ORDER BY enrollment_id, instance_id, tenant_id, version DESC
                    ON CONFLICT ON CONSTRAINT enrollment_state_is_one_per_enrollment
                        DO UPDATE SET status = excluded.status, version = excluded.version
                        WHERE excluded.version > known.version
                    RETURNING NEW.tenant_id, NEW.instance_id, OLD.status AS before, NEW.status AS after
                ),
                tallied AS (
                    INSERT INTO status_tally AS known (tenant_id, instance_id, status, enrollments)
                    SELECT tenant_id, instance_id, status, sum(enrollments)
                    FROM (
                        SELECT tenant_id, instance_id, after AS status, 1 AS enrollments FROM changed
                        UNION ALL
                        SELECT tenant_id, instance_id, before, -1 FROM changed WHERE before IS NOT NULL
                    ) AS change
                    GROUP BY 1, 2, 3
                    HAVING sum(enrollments) <> 0
                    ORDER BY 1, 2, 3
                    ON CONFLICT ON CONSTRAINT status_tally_has_one_row_per_status
                        DO UPDATE SET enrollments = known.enrollments + excluded.enrollments
                    RETURNING tenant_id, instance_id
                )
                INSERT INTO instance_version AS known (tenant_id, instance_id, version)
                SELECT DISTINCT tenant_id, instance_id, 1 FROM tallied
                ORDER BY 1, 2
                ON CONFLICT ON CONSTRAINT instance_version_is_one_per_instance
                    DO UPDATE SET version = known.version + 1
                RETURNING version
                """,
                row -> row.number("version"),
                Sql.column("uuid", states, State::tenantId),
                Sql.column("uuid", states, State::instanceId),
                Sql.column("uuid", states, State::enrollmentId),
                Sql.column("text", states, State::status),
                Sql.column("bigint", states, State::version));
    }
}
