package io.throughline.analytics.ingest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.analytics.CampaignStub;
import io.throughline.analytics.History;
import io.throughline.analytics.Performance;
import io.throughline.analytics.Recount;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Counting again from the log gives the same figures to the byte, puts wrong ones right, and keeps nobody from counting. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class RebuildTest {

    @Inject
    EngagementConsumer engagements;

    @Inject
    Rebuild rebuild;

    @Inject
    Sql sql;

    @Inject
    Clock clock;

    private final TestKey key = TestKeys.issue(Ids.next(), "read", "write", "admin");
    private final UUID instance = Ids.next();
    private Random random;
    private LocalDate today;
    private History history;

    @BeforeEach
    void aHistory() {
        long seed = Long.getLong("seed", new Random().nextLong());
        System.out.println("RebuildTest seed " + seed);
        random = new Random(seed);
        today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        CampaignStub.owns(key.apiKey(), instance);
        // Few people, so that some have more events than a row holds.
        history = History.random(random, instance, 5, 2000, today);
        sql.update("DELETE FROM event_log_gap");
        sql.update("DELETE FROM rebuild");
    }

    @Test
    void givesTheSameToTheByte() {
        deliver(history);
        List<String> before = rows();
        rebuild.run();
        assertThat(rows()).isEqualTo(before);
    }

    @Test
    void putsWrongFiguresRightAndShowsThem() {
        deliver(history);
        List<String> before = rows();
        Performance.get(key.apiKey(), instance, "?days=365").then().statusCode(200);
        sql.update("UPDATE tally SET events = events + 1 WHERE tenant_id = ?", key.tenantId());
        sql.update("DELETE FROM daily_tally WHERE tenant_id = ?", key.tenantId());
        given().header("X-API-Key", key.apiKey())
                .post("/api/analytics/rebuild")
                .then()
                .statusCode(202);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> given().header("X-API-Key", key.apiKey())
                        .get("/api/analytics/rebuild")
                        .then()
                        .statusCode(200)
                        .body("data.state", org.hamcrest.Matchers.equalTo("completed")));
        assertThat(rows()).isEqualTo(before);
        assertThat(Performance.figures(key.apiKey(), instance, 365).path("events"))
                .isEqualTo(Recount.of(history, today, 365).path("events"));
    }

    @Test
    void losesNothingThatIsCountedMeanwhile() throws InterruptedException {
        List<ProducerRecord<String, byte[]>> all = records(history);
        Thread counting = Thread.ofVirtual()
                .start(() -> Deliveries.batches(all, 60, new Random(1)).forEach(engagements::take));
        while (counting.isAlive()) {
            rebuild.run();
        }
        counting.join();
        List<String> before = rows();
        rebuild.run();
        assertThat(rows()).isEqualTo(before);
        assertThat(Performance.figures(key.apiKey(), instance, 365).path("events"))
                .isEqualTo(Recount.of(history, today, 365).path("events"));
    }

    @Test
    void isRefusedWhileOneRuns() {
        sql.update("""
                INSERT INTO rebuild (state, started_at, alive_until, events)
                VALUES ('running', now(), now() + interval '1 minute', 0)
                """);
        given().header("X-API-Key", key.apiKey())
                .post("/api/analytics/rebuild")
                .then()
                .statusCode(409);
    }

    @Test
    void isRefusedWhenEventsWereDroppedByAge() {
        sql.update("INSERT INTO event_log_gap (dropped_before) VALUES (date '2026-01-01')");
        given().header("X-API-Key", key.apiKey())
                .post("/api/analytics/rebuild")
                .then()
                .statusCode(409);
    }

    private void deliver(History history) {
        Deliveries.batches(Deliveries.disturbed(records(history), random), 700, random)
                .forEach(engagements::take);
    }

    private List<ProducerRecord<String, byte[]>> records(History history) {
        return history.events().stream()
                .map(event -> Deliveries.record(key.tenantId(), event))
                .toList();
    }

    /** Every row of the tenant's figures, as text. */
    private List<String> rows() {
        return sql.list("""
                SELECT 'tally ' || t::text AS line FROM tally t WHERE tenant_id = ?
                UNION ALL SELECT 'day ' || t::text FROM daily_tally t WHERE tenant_id = ?
                UNION ALL SELECT 'memory ' || t::text FROM enrollment_memory t WHERE tenant_id = ?
                UNION ALL SELECT 'counted ' || t::text FROM counted_event t WHERE tenant_id = ?
                ORDER BY line
                """, row -> row.text("line"), key.tenantId(), key.tenantId(), key.tenantId(), key.tenantId());
    }
}
