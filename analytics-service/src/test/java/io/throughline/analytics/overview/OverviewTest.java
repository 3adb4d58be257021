package io.throughline.analytics.overview;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.throughline.analytics.CampaignStub;
import io.throughline.analytics.Performance;
import io.throughline.analytics.Plan;
import io.throughline.analytics.Published;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestClock;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class OverviewTest {

    private static final UUID CROWD = Ids.next();

    @Inject
    Sql sql;

    private TestKey key;

    @BeforeEach
    void onAKnownDay() {
        key = TestKeys.issue();
        TestClock.set(Instant.parse("2026-11-05T12:00:00Z"));
    }

    @AfterEach
    void resetClock() {
        TestClock.reset();
    }

    private ValidatableResponse get(String query) {
        return given().header("X-API-Key", key.apiKey())
                .get("/api/analytics/overview" + query)
                .then();
    }

    private UUID known() {
        UUID instance = CampaignStub.owns(key.apiKey(), Ids.next());
        Performance.get(key.apiKey(), instance, "").then().statusCode(200);
        return instance;
    }

    @Test
    void comparesInstancesNewestFirst() {
        UUID older = known();
        UUID newer = known();
        UUID ann = Ids.next();
        UUID bob = Ids.next();
        UUID cy = Ids.next();
        Published published = new Published(key, newer);
        TestEvents.publish(List.of(
                published.enrollment(ann, "active", 1),
                published.enrollment(bob, "replied", 1),
                published.enrollment(cy, "bounced", 1),
                published.engagement(ann, "email", "sent 1 2026-11-01T08:00:00Z"),
                published.engagement(ann, "email", "sent 2 2026-11-03T08:00:00Z"),
                published.engagement(bob, "email", "sent 1 2026-10-07T00:00:00Z"),
                published.engagement(cy, "email", "sent 1 2026-10-06T23:59:59Z"),
                published.engagement(ann, "email", "opened 1 2026-11-01T09:00:00Z"),
                published.engagement(ann, "linkedin", "opened 1 2026-11-01T09:00:00Z"),
                published.engagement(bob, "email", "opened 1 2026-11-01T09:00:00Z"),
                published.engagement(bob, "email", "opened 1 2026-11-02T09:00:00Z"),
                published.engagement(bob, "email", "replied 1 2026-11-02T09:00:00Z"),
                published.engagement(cy, "email", "bounced 1 2026-11-02T09:00:00Z"),
                published.engagement(ann, "email", "unsubscribed 0 2026-11-02T09:00:00Z"),
                published.engagement(ann, "email", "page.view-2 0 2026-11-02T09:00:00Z")));
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> get("").statusCode(200)
                        .body("data.instanceId", contains(newer.toString(), older.toString()))
                        .body("data[0].enrolled", is(3))
                        .body(
                                "data[0].funnel.stage",
                                contains("enrolled", "sent", "delivered", "opened", "clicked", "replied"))
                        .body("data[0].funnel.count", contains(3, 3, 0, 2, 0, 1))
                        .body("data[0].funnel.rate", contains(1.0f, 1.0f, 0.0f, 0.6667f, 0.0f, 0.3333f))
                        .body("data[0].funnel.humanCount", contains(3, 3, 0, 2, 0, 1))
                        .body("data[0].funnel.humanRate", contains(1.0f, 1.0f, 0.0f, 0.6667f, 0.0f, 0.3333f))
                        .body("data[0].bounced", is(1))
                        .body("data[0].unsubscribed", is(1))
                        .body("data[0].version", greaterThan(0))
                        .body("data[0].lately", equalTo(lately(30, 3, 3, 1)))
                        .body("data[1].version", is(0))
                        .body("data[1].enrolled", is(0))
                        .body("data[1].funnel.count", contains(0, 0, 0, 0, 0, 0))
                        .body("data[1].lately.sent", is(0)));
        assertThat(Instant.parse(get("").extract().path("data[0].asOf")))
                .isBetween(Instant.parse("2026-11-05T12:00:00Z"), Instant.parse("2026-11-05T12:10:00Z"));
        get("?days=31").body("data[0].lately", equalTo(lately(31, 4, 3, 1)));
        get("?days=4").body("data[0].lately.sent", is(1)).body("data[0].lately.opened", is(0));
    }

    private static Map<String, Integer> lately(int days, int sent, int opened, int others) {
        return Map.of(
                "days",
                days,
                "sent",
                sent,
                "delivered",
                0,
                "opened",
                opened,
                "clicked",
                0,
                "replied",
                others,
                "bounced",
                others,
                "unsubscribed",
                others);
    }

    @Test
    void showsNoInstanceOfAnotherTenant() {
        known();
        TestKey stranger = TestKeys.issue();
        given().header("X-API-Key", stranger.apiKey())
                .get("/api/analytics/overview")
                .then()
                .statusCode(200)
                .body("data", empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"days=0", "days=91", "days=abc", "limit=0", "limit=101"})
    void refusesWhatIsOutOfRange(String query) {
        get("?" + query)
                .statusCode(422)
                .body("code", equalTo("validation_failed"))
                .body("errors.pointer", contains("/" + query.substring(0, query.indexOf('='))));
    }

    /** Among 2,000 instances with a year of figures each, and types of event that the overview does not show. */
    @Test
    void touchesOnlyTheRowsItShows() {
        sql.update("""
                WITH instance AS (SELECT gen_random_uuid() AS id FROM generate_series(1, 2000)),
                days AS (
                    INSERT INTO daily_tally (tenant_id, instance_id, day, channel, event_type, events, firsts)
                    SELECT ?, id, DATE '2026-11-05' - (age * 7), 'email', type, 1, 1
                    FROM instance, generate_series(0, 51) AS age, unnest(ARRAY ['sent', 'opened']) AS type
                ),
                tallies AS (
                    INSERT INTO tally (tenant_id, instance_id, channel, event_type, step_number, events, enrollments,
                                       machine_events, human_enrollments)
                    SELECT ?, id, channel, type, step, 1, 1, 0, 1
                    FROM instance, unnest(ARRAY ['sent', 'opened', 'other', 'else']) AS type,
                         (VALUES ('', -1), ('email', -1), ('email', 1), ('email', 2)) AS scope (channel, step)
                ),
                versions AS (INSERT INTO instance_version (tenant_id, instance_id, version) SELECT ?, id, 1 FROM instance),
                known AS (INSERT INTO known_instance (tenant_id, instance_id) SELECT ?, id FROM instance)
                INSERT INTO status_tally (tenant_id, instance_id, status, enrollments)
                SELECT ?, id, status, 1 FROM instance, unnest(ARRAY ['active', 'replied', 'bounced']) AS status
                """, CROWD, CROWD, CROWD, CROWD, CROWD);
        List<String> tables = List.of("daily_tally", "tally", "status_tally", "instance_version", "known_instance");
        try {
            sql.update("ANALYZE " + String.join(", ", tables));
            int rowsOfOne = 1 + 1 + 3 + 2 + 2 * 5;
            Plan plan = Plan.of(sql, OverviewStore.PAGE, LocalDate.parse("2026-10-07"), CROWD, new UUID(-1, -1), 100);
            assertThat(plan.rowsTouched()).isEqualTo(100 * rowsOfOne);
            assertThat(plan.indexes())
                    .containsExactlyInAnyOrder(
                            "known_instance_has_one_tenant",
                            "instance_version_is_one_per_instance",
                            "status_tally_has_one_row_per_status",
                            "tally_pkey",
                            "daily_tally_pkey");
        } finally {
            tables.forEach(table -> sql.update("DELETE FROM " + table + " WHERE tenant_id = ?", CROWD));
        }
    }
}
