package io.throughline.enrollment.timeline;

import static io.throughline.enrollment.Campaigns.anInstance;
import static io.throughline.enrollment.People.aContact;
import static io.throughline.enrollment.People.as;
import static io.throughline.enrollment.People.enroll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.throughline.enrollment.Engagements;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.RowsRead;
import io.throughline.enrollment.sequence.Turns;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class TimelineTest {

    @Inject
    Turns turns;

    @Inject
    TimelineStore timeline;

    @Inject
    ActivityStore activities;

    @Inject
    Sql sql;

    private TestKey ann;
    private UUID bo;
    private UUID instance;
    private Engagements engagements;

    @BeforeEach
    void aContactInASequence() {
        turns.drain();
        ann = TestKeys.issue();
        bo = aContact(ann, "bo@example.com");
        instance = anInstance(ann.tenantId())
                .step("PT0S", "Hello", "Body")
                .step("PT48H", "Again", "Body")
                .active()
                .published();
        engagements = new Engagements(ann.tenantId(), instance);
    }

    @Test
    void tellsWhatHappenedNewestFirst() {
        UUID enrollment = enroll(ann, instance, bo);
        turns.drain();
        ProducerRecord<String, byte[]> opened = engagements.event(enrollment, "opened", 1, Instant.now());
        Engagements.happened(List.of(opened, opened));
        as(ann).body("{\"action\":\"pause\"}")
                .patch("/api/enrollments/" + enrollment)
                .then()
                .statusCode(200);
        as(ann).body("{\"action\":\"resume\"}")
                .patch("/api/enrollments/" + enrollment)
                .then()
                .statusCode(200);
        Instant later = Instant.now();
        Engagements.happened(List.of(engagements.event(enrollment, "replied", 1, later)));

        List<Map<String, Object>> entries = entries("");
        assertThat(entries.subList(2, entries.size()))
                .extracting(entry -> entry.get("kind"), entry -> entry.get("type"))
                .containsExactly(
                        tuple("transition", "active"),
                        tuple("transition", "paused"),
                        tuple("engagement", "opened"),
                        tuple("message", "message"),
                        tuple("enrollment", "enrolled"),
                        tuple("contact", "created"));
        assertThat(entries.subList(0, 2))
                .extracting(entry -> entry.get("kind"), entry -> entry.get("type"))
                .containsExactlyInAnyOrder(tuple("transition", "replied"), tuple("engagement", "replied"));
        assertThat(entries.get(5)).containsEntry("subject", "Hello").containsEntry("stepNumber", 1);
        assertThat(entries).extracting(entry -> entry.get("at")).doesNotContainNull();
    }

    @Test
    void isPagedWithoutAGapOrADouble() {
        UUID enrollment = enroll(ann, instance, bo);
        List<ProducerRecord<String, byte[]>> events = new ArrayList<>();
        Instant from = Instant.parse("2026-11-01T00:00:00Z");
        for (int i = 0; i < 40; i++) {
            // Several at the same moment: their order is by id.
            events.add(engagements.event(enrollment, "opened", 1, from.plusSeconds(i / 7)));
        }
        Engagements.happened(events);
        List<Object> seen = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            JsonPath page = as(ann).get("/api/contacts/" + bo + "/timeline?limit=7&cursor=" + cursor)
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            assertThat(page.getList("data")).hasSizeLessThanOrEqualTo(7);
            seen.addAll(page.getList("data.id"));
            cursor = page.getString("page.next");
        }
        assertThat(seen).hasSize(42);
        // The contact and its enrollment are entries of their own.
        assertThat(seen).doesNotHaveDuplicates();
    }

    @Test
    void readsNoMoreThanItShows() {
        UUID enrollment = enroll(ann, instance, bo);
        sql.update("""
                INSERT INTO activity (enrollment_id, at, id, tenant_id, kind, type)
                SELECT ?, now() - make_interval(secs => n), uuidv7(), ?, 'engagement', 'opened'
                FROM generate_series(1, 50000) AS n
                """, enrollment, ann.tenantId());
        sql.update("ANALYZE activity");
        assertThat(RowsRead.of("activity", () -> timeline.page(ann.tenantId(), bo, null, 51)))
                .isLessThanOrEqualTo(60);
    }

    @Test
    void belongsToOneTenant() {
        UUID enrollment = enroll(ann, instance, bo);
        as(TestKeys.issue()).get("/api/contacts/" + bo + "/timeline").then().statusCode(404);
        as(ann).get("/api/contacts/" + Ids.next() + "/timeline").then().statusCode(404);
        as(ann).get("/api/contacts/" + bo + "/timeline?cursor=nonsense").then().statusCode(422);
        Engagements.happened(
                List.of(new Engagements(TestKeys.issue().tenantId(), instance).event(enrollment, "opened", 1)));
        assertThat(entries("")).extracting(entry -> entry.get("type")).containsExactly("enrolled", "created");
    }

    @Test
    void movesWithAMergeAndForgetsWhatIsOld() {
        UUID twin = aContact(ann, "twin@example.com");
        UUID enrollment = enroll(ann, instance, twin);
        Engagements.happened(List.of(
                engagements.event(enrollment, "opened", 1),
                engagements.event(enrollment, "clicked", 1, Instant.now().minusSeconds(500L * 86_400))));
        as(ann).body(Map.of("contactId", twin))
                .post("/api/contacts/" + bo + "/merge")
                .then()
                .statusCode(200);
        assertThat(entries(""))
                .extracting(entry -> entry.get("type"))
                .contains("merged", "opened", "clicked", "enrolled");
        activities.forget(400);
        assertThat(entries(""))
                .extracting(entry -> entry.get("type"))
                .contains("opened")
                .doesNotContain("clicked");
    }

    private List<Map<String, Object>> entries(String query) {
        return as(ann).get("/api/contacts/" + bo + "/timeline" + query)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("data");
    }
}
