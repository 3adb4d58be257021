package io.throughline.analytics.report;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.throughline.analytics.CampaignStub;
import io.throughline.analytics.Performance;
import io.throughline.analytics.Published;
import io.throughline.events.Topics;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestClock;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
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
class PerformanceResourceTest {

    @Inject
    Sql sql;

    private TestKey key;
    private UUID instance;
    private Published published;

    @BeforeEach
    void anInstanceOnAKnownDay() {
        key = TestKeys.issue();
        instance = CampaignStub.owns(key.apiKey(), Ids.next());
        published = new Published(key, instance);
        TestClock.set(Instant.parse("2026-11-05T12:00:00Z"));
    }

    @AfterEach
    void resetClock() {
        TestClock.reset();
    }

    @Test
    void showsWhatHappenedInTheAgreedShape() {
        UUID ann = Ids.next();
        UUID bob = Ids.next();
        UUID cy = Ids.next();
        TestEvents.publish(List.of(
                published.enrollment(ann, "active", 1),
                published.enrollment(bob, "active", 1),
                published.enrollment(cy, "replied", 2),
                published.engagement(ann, "email", "sent 1 2026-11-01T08:00:00Z"),
                published.engagement(bob, "email", "sent 1 2026-11-01T08:00:00Z"),
                published.engagement(cy, "email", "sent 1 2026-11-01T08:00:00Z"),
                published.engagement(ann, "email", "opened 1 2026-11-01T23:59:59Z"),
                published.engagement(ann, "email", "opened 1 2026-11-02T00:00:00Z"),
                published.engagement(ann, "email", "opened 2 2026-11-02T00:00:00Z"),
                published.engagement(bob, "linkedin", "opened 1 2026-11-02T10:00:00Z"),
                published.engagement(cy, "email", "replied 1 2026-11-03T10:00:00Z"),
                published.engagement(cy, "email", "page.view-2 0 2026-11-03T10:00:00Z"),
                published.engagement(cy, "email", "bounced 2 2026-10-01T10:00:00Z")));

        JsonNode expected = tree("""
                {"success":true,"data":{"instanceId":"%s",
                 "enrollments":{"total":3,"byStatus":{"active":2,"replied":1}},
                 "events":[{"channel":"email","eventType":"bounced","total":1,"unique":1,
                            "machineTotal":0,"humanUnique":1},
                           {"channel":"email","eventType":"opened","total":3,"unique":1,
                            "machineTotal":0,"humanUnique":1},
                           {"channel":"email","eventType":"page.view-2","total":1,"unique":1,
                            "machineTotal":0,"humanUnique":1},
                           {"channel":"email","eventType":"replied","total":1,"unique":1,
                            "machineTotal":0,"humanUnique":1},
                           {"channel":"email","eventType":"sent","total":3,"unique":3,
                            "machineTotal":0,"humanUnique":3},
                           {"channel":"linkedin","eventType":"opened","total":1,"unique":1,
                            "machineTotal":0,"humanUnique":1}],
                 "timeSeries":[{"date":"2026-11-01","channel":"email","eventType":"opened","total":1,"unique":1},
                               {"date":"2026-11-01","channel":"email","eventType":"sent","total":3,"unique":3},
                               {"date":"2026-11-02","channel":"email","eventType":"opened","total":2,"unique":1},
                               {"date":"2026-11-02","channel":"linkedin","eventType":"opened","total":1,"unique":1},
                               {"date":"2026-11-03","channel":"email","eventType":"page.view-2","total":1,"unique":1},
                               {"date":"2026-11-03","channel":"email","eventType":"replied","total":1,"unique":1}],
                 "funnel":[{"stage":"enrolled","count":3,"rate":1.0,"humanCount":3,"humanRate":1.0},
                           {"stage":"sent","count":3,"rate":1.0,"humanCount":3,"humanRate":1.0},
                           {"stage":"delivered","count":0,"rate":0.0,"humanCount":0,"humanRate":0.0},
                           {"stage":"opened","count":2,"rate":0.6667,"humanCount":2,"humanRate":0.6667},
                           {"stage":"clicked","count":0,"rate":0.0,"humanCount":0,"humanRate":0.0},
                           {"stage":"replied","count":1,"rate":0.3333,"humanCount":1,"humanRate":0.3333}],
                 "steps":[{"stepNumber":1,"channel":"email","sent":3,"delivered":0,"opened":1,"clicked":0,
                           "replied":1,"bounced":0,"unsubscribed":0},
                          {"stepNumber":1,"channel":"linkedin","sent":0,"delivered":0,"opened":1,"clicked":0,
                           "replied":0,"bounced":0,"unsubscribed":0},
                          {"stepNumber":2,"channel":"email","sent":0,"delivered":0,"opened":1,"clicked":0,
                           "replied":0,"bounced":1,"unsubscribed":0}]}}
                """.formatted(instance));
        eventually(() -> {
            ObjectNode answer =
                    (ObjectNode) tree(get("").then().statusCode(200).extract().asString());
            assertThat(answer.remove("cached").isBoolean()).isTrue();
            assertThat(answer.remove("lag").has("behindSeconds")).isTrue();
            assertThat(Instant.parse(
                            ((ObjectNode) answer.get("data")).remove("asOf").asText()))
                    .isBetween(Instant.parse("2026-11-05T12:00:00Z"), Instant.parse("2026-11-05T12:10:00Z"));
            assertThat(answer.toPrettyString()).isEqualTo(expected.toPrettyString());
        });
    }

    @Test
    void showsZerosBeforeAnythingHappened() {
        get("").then()
                .statusCode(200)
                .body("data.enrollments.total", is(0))
                .body("data.enrollments.byStatus", is(Map.of()))
                .body("data.events", empty())
                .body("data.timeSeries", empty())
                .body("data.steps", empty())
                .body("data.funnel.count", is(List.of(0, 0, 0, 0, 0, 0)))
                .body("data.funnel.rate", is(List.of(0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f)));
    }

    /** The days shown include today; totals are of all time. */
    @Test
    void showsAsManyDaysAsAskedFor() {
        UUID ann = Ids.next();
        TestEvents.publish(List.of(
                published.engagement(ann, "email", "opened 1 2025-11-06T00:00:00Z"),
                published.engagement(ann, "email", "opened 1 2025-11-05T23:59:59Z"),
                published.engagement(ann, "email", "opened 1 2026-10-07T00:00:00Z"),
                published.engagement(ann, "email", "opened 1 2026-10-06T23:59:59Z"),
                published.engagement(ann, "email", "opened 1 2026-11-05T00:00:00Z")));
        awaitEvents(5);
        get("").then().body("data.timeSeries.date", is(List.of("2026-10-07", "2026-11-05")));
        get("?days=1").then().body("data.timeSeries.date", is(List.of("2026-11-05")));
        get("?days=365")
                .then()
                .body("data.timeSeries.date", is(List.of("2025-11-06", "2026-10-06", "2026-10-07", "2026-11-05")))
                .body("data.events[0].total", is(5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "366", "-1", "abc", "1.5", "99999999999"})
    void refusesDaysThatAreNotFrom1To365(String days) {
        get("?days=" + days)
                .then()
                .statusCode(422)
                .contentType("application/problem+json")
                .body("code", equalTo("validation_failed"))
                .body("errors.pointer", is(List.of("/days")));
    }

    @Test
    void saysWhetherTheAnswerWasCached() {
        String first = get("?days=7").then().body("cached", is(false)).extract().path("data.asOf");
        get("?days=7").then().body("cached", is(true)).body("data.asOf", equalTo(first));
        get("?days=8").then().body("cached", is(false));
    }

    @Test
    void computesAgainAfterTheNextEventAndOnlyThen() {
        UUID ann = Ids.next();
        var sent = published.engagement(ann, "email", "sent 1 2026-11-01T08:00:00Z");
        TestEvents.publish(List.of(sent));
        awaitEvents(1);
        get("").then().body("cached", is(true));

        long duplicates = duplicates();
        TestEvents.publish(List.of(sent, sent));
        eventually(() -> assertThat(duplicates()).isGreaterThanOrEqualTo(duplicates + 2));
        get("").then().body("cached", is(true));

        TestEvents.publish(List.of(published.engagement(ann, "email", "opened 1 2026-11-01T09:00:00Z")));
        awaitEvents(2).then().body("cached", is(false));

        TestEvents.publish(List.of(published.enrollment(ann, "active", 1)));
        eventually(() -> get("").then().body("data.enrollments.total", is(1)));
    }

    @Test
    void answers304ToWhoeverHasTheCurrentFigures() {
        UUID ann = Ids.next();
        TestEvents.publish(List.of(published.engagement(ann, "email", "sent 1 2026-11-01T08:00:00Z")));
        String tag = awaitEvents(1).header("ETag");
        assertThat(tag).isNotBlank();

        conditional("", tag).then().statusCode(304).header("ETag", equalTo(tag)).body(is(""));
        conditional("?days=7", tag).then().statusCode(200);

        TestEvents.publish(List.of(published.engagement(ann, "email", "opened 1 2026-11-01T09:00:00Z")));
        String next = awaitEvents(2).header("ETag");
        assertThat(next).isNotEqualTo(tag);
        conditional("", tag).then().statusCode(200).body("data.events.size()", is(2));

        TestClock.advance(Duration.ofDays(1));
        conditional("", next).then().statusCode(200);
    }

    @Test
    void hidesInstancesOfOtherTenantsAndThoseThatDoNotExist() {
        get("").then().statusCode(200);
        TestKey stranger = TestKeys.issue();
        for (Response hidden : List.of(
                Performance.get(stranger.apiKey(), instance, ""),
                Performance.get(key.apiKey(), Ids.next(), ""),
                given().header("X-API-Key", key.apiKey()).get("/api/campaigns/instances/7/performance"))) {
            hidden.then().statusCode(404).body("code", equalTo("not_found")).body("success", is(false));
        }
    }

    @Test
    void findsAnInstanceThatWasOnlyJustMadeAndRemembersIt() {
        get("").then().statusCode(200);
        CampaignStub.forgets(instance);
        get("").then().statusCode(200);
    }

    @Test
    void knowsInstancesFromTheirTopicAndParksOnesWithoutAnId() {
        UUID announced = Ids.next();
        String invalid = "not-an-id-" + announced;
        for (String id : List.of(invalid, announced.toString())) {
            TestEvents.publish(
                    Topics.CAMPAIGN_INSTANCES,
                    id,
                    "io.throughline.campaign.instance",
                    id + ":1",
                    key.tenantId(),
                    Map.of());
        }
        eventually(() -> Performance.get(key.apiKey(), announced, "").then().statusCode(200));
        eventually(() -> assertThat(
                        TestEvents.read(Topics.CAMPAIGN_INSTANCES + ".dlq", each -> invalid.equals(each.key())))
                .hasSize(1));
    }

    @Test
    void asksToComeBackWhenCampaignServiceDoesNotKnow() {
        Performance.get(key.apiKey(), CampaignStub.failsFor(Ids.next()), "")
                .then()
                .statusCode(503)
                .header("Retry-After", is("2"))
                .body("code", equalTo("service_unavailable"));
    }

    @Test
    void givesTheSameReportToSpreadsheets() {
        UUID ann = Ids.next();
        TestEvents.publish(List.of(
                published.enrollment(ann, "active", 1),
                published.engagement(ann, "email", "sent 1 2026-11-01T08:00:00Z"),
                published.engagement(ann, "email", "opened 1 2026-10-01T09:00:00Z")));
        eventually(() -> get("").then().body("data.enrollments.total", is(1)));
        awaitEvents(2);
        Response answer = get(".csv");
        answer.then()
                .statusCode(200)
                .header("Content-Type", equalTo("text/csv;charset=UTF-8"))
                .header(
                        "Content-Disposition",
                        equalTo("attachment; filename=\"performance-" + instance + "-2026-11-05.csv\""));
        assertThat(answer.asString().lines())
                .containsExactly(
                        "section,date,step,channel,name,total,unique,rate",
                        "enrollments,,,,active,1,,",
                        "events,,,email,opened,1,1,",
                        "events,,,email,sent,1,1,",
                        "timeSeries,2026-11-01,,email,sent,1,1,",
                        "funnel,,,,enrolled,,1,1",
                        "funnel,,,,sent,,1,1",
                        "funnel,,,,delivered,,0,0",
                        "funnel,,,,opened,,1,1",
                        "funnel,,,,clicked,,0,0",
                        "funnel,,,,replied,,0,0",
                        "steps,,1,email,sent,,1,",
                        "steps,,1,email,delivered,,0,",
                        "steps,,1,email,opened,,1,",
                        "steps,,1,email,clicked,,0,",
                        "steps,,1,email,replied,,0,",
                        "steps,,1,email,bounced,,0,",
                        "steps,,1,email,unsubscribed,,0,");
        assertThat(get(".csv?days=36").asString()).contains("timeSeries,2026-10-01,,email,opened,1,1,");
        String tag = answer.header("ETag");
        conditional(".csv", tag)
                .then()
                .statusCode(304)
                .header("ETag", equalTo(tag))
                .body(is(""));
        TestEvents.publish(List.of(published.engagement(ann, "email", "clicked 1 2026-11-01T09:00:00Z")));
        awaitEvents(3);
        conditional(".csv", tag).then().statusCode(200);
        get(".csv?days=366")
                .then()
                .statusCode(422)
                .contentType("application/problem+json")
                .body("errors.pointer", is(List.of("/days")));
        Performance.get(TestKeys.issue().apiKey(), instance, ".csv")
                .then()
                .statusCode(404)
                .contentType("application/problem+json");
    }

    @Test
    void tellsPeopleFromMachines() {
        sql.update("""
                WITH tallies AS (
                    INSERT INTO tally (tenant_id, instance_id, channel, event_type, step_number, events, enrollments,
                                       machine_events, human_enrollments)
                    SELECT ?, ?, channel, 'opened', -1, 9, 4, 5, 3 FROM unnest(ARRAY ['', 'email']) AS channel
                )
                INSERT INTO status_tally (tenant_id, instance_id, status, enrollments) VALUES (?, ?, 'active', 8)
                """, key.tenantId(), instance, key.tenantId(), instance);
        get("").then()
                .body("data.events[0].total", is(9))
                .body("data.events[0].unique", is(4))
                .body("data.events[0].machineTotal", is(5))
                .body("data.events[0].humanUnique", is(3))
                .body("data.funnel.count", is(List.of(8, 0, 0, 4, 0, 0)))
                .body("data.funnel.rate", is(List.of(1.0f, 0.0f, 0.0f, 0.5f, 0.0f, 0.0f)))
                .body("data.funnel.humanCount", is(List.of(8, 0, 0, 3, 0, 0)))
                .body("data.funnel.humanRate", is(List.of(1.0f, 0.0f, 0.0f, 0.375f, 0.0f, 0.0f)));
    }

    private Response get(String query) {
        return Performance.get(key.apiKey(), instance, query);
    }

    private Response conditional(String query, String tag) {
        return given().header("X-API-Key", key.apiKey())
                .header("If-None-Match", tag)
                .get(Performance.path(instance) + query);
    }

    /** The first answer that shows so many events. */
    private Response awaitEvents(int total) {
        Response[] answer = new Response[1];
        eventually(() -> {
            answer[0] = get("");
            answer[0].then().statusCode(200).body("data.events.total.sum()", is(total));
        });
        return answer[0];
    }

    private long duplicates() {
        return given().header("X-API-Key", key.apiKey())
                .get("/internal/monitor")
                .jsonPath()
                .getLong("data.ingest.eventsDuplicate");
    }

    private static void eventually(org.awaitility.core.ThrowingRunnable assertion) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(assertion);
    }

    private static JsonNode tree(String json) {
        try {
            return new ObjectMapper().readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
