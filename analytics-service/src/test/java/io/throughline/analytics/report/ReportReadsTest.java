package io.throughline.analytics.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.analytics.CampaignStub;
import io.throughline.analytics.Plan;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a report costs, in rows that PostgreSQL touched, among 2,000 other instances with a year of figures each. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class ReportReadsTest {

    private static final LocalDate FROM = LocalDate.parse("2026-10-07");
    private static final UUID TENANT = Ids.next();
    private static final UUID INSTANCE = Ids.next();

    @Inject
    Sql sql;

    @BeforeEach
    void manyInstances() {
        sql.update("""
                WITH other AS (SELECT CASE n WHEN 0 THEN ?::uuid ELSE gen_random_uuid() END AS id
                               FROM generate_series(0, 2000) AS n),
                days AS (
                    INSERT INTO daily_tally (tenant_id, instance_id, day, channel, event_type, events, firsts)
                    SELECT ?, id, DATE '2026-11-05' - (age * 7), 'email', type, 1000000, 1000000
                    FROM other, generate_series(0, 51) AS age, unnest(ARRAY ['sent', 'opened']) AS type
                ),
                tallies AS (
                    INSERT INTO tally (tenant_id, instance_id, channel, event_type, step_number, events, enrollments,
                                       machine_events, human_enrollments)
                    SELECT ?, id, 'email', type, step, 1000000, 1000000, 0, 1000000
                    FROM other, unnest(ARRAY ['sent', 'opened']) AS type, generate_series(-1, 3) AS step
                ),
                versions AS (INSERT INTO instance_version (tenant_id, instance_id, version) SELECT ?, id, 1 FROM other),
                known AS (INSERT INTO known_instance (tenant_id, instance_id) SELECT ?, id FROM other)
                INSERT INTO status_tally (tenant_id, instance_id, status, enrollments)
                SELECT ?, id, status, 1000000 FROM other, unnest(ARRAY ['active', 'replied', 'bounced']) AS status
                """, INSTANCE, TENANT, TENANT, TENANT, TENANT, TENANT);
        sql.update("ANALYZE daily_tally, tally, status_tally, instance_version, known_instance");
    }

    @AfterEach
    void removeThem() {
        for (String table : List.of("daily_tally", "tally", "status_tally", "instance_version", "known_instance")) {
            sql.update("DELETE FROM " + table + " WHERE tenant_id = ?", TENANT);
        }
    }

    @Test
    void touchesOnlyTheRowsItShows() {
        assertThat(rowsTouched(ReportStore.FIGURES, TENANT, INSTANCE, TENANT, INSTANCE, TENANT, INSTANCE, FROM))
                .isEqualTo(3 + 2 * 5 + 2 * 5);
        assertThat(rowsTouched(ReportStore.STATE, TENANT, INSTANCE, TENANT, INSTANCE))
                .isEqualTo(2);
    }

    private int rowsTouched(String statement, Object... parameters) {
        return Plan.of(sql, statement, parameters).rowsTouched();
    }
}
