package io.throughline.enrollment.privacy;

import static io.throughline.enrollment.Campaigns.anInstance;
import static io.throughline.enrollment.People.aContact;
import static io.throughline.enrollment.People.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.Engagements;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.People;
import io.throughline.enrollment.Topic;
import io.throughline.enrollment.sequence.Turns;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.ContactErased;
import io.throughline.events.imports.ContactUpsertBatch;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class ErasureTest {

    @Inject
    Turns turns;

    @Inject
    Sql sql;

    @Test
    void exportsAndThenForgetsAPersonButNotTheFigures() {
        TestKey ann = TestKeys.issue();
        UUID importId = Ids.next();
        TestEvents.publish(
                Topics.CONTACT_UPSERTS,
                importId.toString(),
                ContactUpsertBatch.TYPE,
                importId + ":0",
                ann.tenantId(),
                new ContactUpsertBatch(
                        importId,
                        0,
                        true,
                        List.of(new ContactUpsertBatch.Row(
                                2, "Zoe@Secret.example", "Zoe", null, null, null, Map.of()))));
        Topic.consumed(Topics.CONTACT_UPSERTS);
        UUID zoe = UUID.fromString(
                as(ann).get("/api/contacts?email=zoe@secret.example").path("data[0].id"));
        UUID twin = aContact(ann, "zoe.twin@secret.example");
        as(ann).body(Map.of("contactId", twin))
                .post("/api/contacts/" + zoe + "/merge")
                .then()
                .statusCode(200);
        UUID instance = anInstance(ann.tenantId())
                .step("PT0S", "Dear {{firstName}}", "Body")
                .active()
                .published();
        String enrollment = as(ann).body(Map.of("contactId", zoe, "metadata", Map.of("note", "Zoe likes tea")))
                .post(People.enrollments(instance))
                .then()
                .statusCode(201)
                .extract()
                .path("data.id");
        turns.drain();
        Engagements.happened(
                List.of(new Engagements(ann.tenantId(), instance).event(UUID.fromString(enrollment), "opened", 1)));

        as(ann).get("/api/contacts/" + zoe + "/export")
                .then()
                .statusCode(200)
                .body("data.contact.email", equalTo("zoe@secret.example"))
                .body("data.merged[0].email", equalTo("zoe.twin@secret.example"))
                .body("data.enrollments[0].metadata.note", equalTo("Zoe likes tea"))
                .body("data.messages[0].subject", equalTo("Dear Zoe"))
                .body("data.timeline", hasSize(6))
                .body("data.complete", equalTo(true));
        as(TestKeys.issue()).get("/api/contacts/" + zoe + "/export").then().statusCode(404);

        as(ann).delete("/api/contacts/" + zoe).then().statusCode(204);
        as(ann).delete("/api/contacts/" + zoe).then().statusCode(404);
        as(ann).get("/api/contacts/" + zoe + "/export").then().statusCode(404);
        as(ann).get("/api/enrollments/" + enrollment)
                .then()
                .statusCode(200)
                .body("data.email", nullValue())
                .body("data.status", equalTo("completed"))
                .body("data.metadata", equalTo(Map.of()));
        List<ContactErased> told = Topic.published(Topics.CONTACT_ERASURES, ann.tenantId(), ContactErased.class);
        assertThat(told).singleElement().satisfies(erased -> {
            assertThat(erased.contactId()).isEqualTo(zoe);
            assertThat(erased.emails()).containsExactly("zoe@secret.example", "zoe.twin@secret.example");
            assertThat(erased.enrollmentIds()).containsExactly(UUID.fromString(enrollment));
            assertThat(erased.importIds()).containsExactly(importId);
        });
        assertThat(everythingOf(ann.tenantId())).doesNotContainIgnoringCase("zoe");
    }

    /** Every row of every table of the service that is the tenant's, as text: an oracle that knows nothing of the code. */
    private String everythingOf(UUID tenantId) {
        StringBuilder all = new StringBuilder();
        sql.list("""
                        SELECT table_name FROM information_schema.columns
                        WHERE column_name = 'tenant_id' AND table_schema = current_schema()
                        """, row -> row.text("table_name"))
                .forEach(table -> all.append(sql.list(
                        "SELECT row_to_json(t)::text AS row FROM " + table + " t WHERE tenant_id = ?",
                        row -> row.text("row"),
                        tenantId)));
        return all.toString();
    }
}
