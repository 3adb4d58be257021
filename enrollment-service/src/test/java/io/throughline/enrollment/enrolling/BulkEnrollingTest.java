package io.throughline.enrollment.enrolling;

import static io.throughline.enrollment.Campaigns.anInstance;
import static io.throughline.enrollment.People.aContact;
import static io.throughline.enrollment.People.as;
import static io.throughline.enrollment.People.enrollments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.People;
import io.throughline.enrollment.Topic;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.EnrollmentChanged;
import io.throughline.events.imports.ContactUpsertBatch;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many contacts into one instance. */
@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class BulkEnrollingTest {

    @Inject
    Sql sql;

    private TestKey ann;
    private UUID instance;

    @BeforeEach
    void aTenantWithAnInstance() {
        ann = TestKeys.issue();
        instance = anInstance(ann.tenantId()).steps(2).published();
    }

    @Test
    void enrollsTheContactsOfAListAndSaysWhomNot() {
        List<UUID> contacts = People.contacts(ann.tenantId(), 5);
        People.enroll(ann, instance, contacts.getFirst());
        UUID strangers = aContact(TestKeys.issue(), "bo@example.com");
        UUID nobody = Ids.next();
        List<UUID> asked = new ArrayList<>(contacts);
        asked.addAll(List.of(strangers, contacts.get(1), nobody, contacts.get(1), nobody));
        JsonPath answer = bulk(Map.of("contactIds", asked));
        assertThat(answer.getInt("data.created")).isEqualTo(4);
        assertThat(answer.getInt("data.existing")).isEqualTo(1);
        assertThat(answer.getList("data.rejected.contactId", UUID.class)).containsExactlyInAnyOrder(strangers, nobody);
        assertThat(answer.getList("data.rejected.code", String.class)).containsOnly("contact_not_found");

        JsonPath again = bulk(Map.of("contact_ids", contacts));
        assertThat(again.getInt("data.created")).isZero();
        assertThat(again.getInt("data.existing")).isEqualTo(5);
        assertThat(enrolled()).containsExactlyInAnyOrderElementsOf(contacts);
        assertThat(Topic.published(Topics.ENROLLMENT_CHANGES, ann.tenantId(), EnrollmentChanged.class))
                .extracting(EnrollmentChanged::contactId)
                .containsExactlyInAnyOrderElementsOf(contacts);
        assertThat(bulk(Map.of("contactIds", List.of())).getInt("data.created")).isZero();
    }

    @Test
    void enrollsByCompanyDomain() {
        UUID bo = aContact(ann, "bo@berg.se");
        UUID cy = aContact(ann, Map.of("email", "cy@example.com", "companyDomain", "Berg.se"));
        aContact(ann, "di@example.com");
        aContact(TestKeys.issue(), "bo@berg.se");
        bulk(Map.of("filter", Map.of("companyDomain", "BERG.se")));
        assertThat(enrolled()).containsExactlyInAnyOrder(bo, cy);
    }

    @Test
    void enrollsByTimeOfImport() {
        UUID old = aContact(ann, "old@example.com");
        UUID fresh = aContact(ann, "new@example.com");
        sql.update("UPDATE contact SET imported_at = '2026-03-01T12:00:00Z' WHERE id = ?", old);
        sql.update("UPDATE contact SET imported_at = '2026-03-02T00:00:00Z' WHERE id = ?", fresh);
        bulk(Map.of("filter", Map.of("importedSince", "2026-03-02")));
        assertThat(enrolled()).containsExactly(fresh);
        JsonPath both = bulk(Map.of("filter", Map.of("importedSince", "2026-03-01T13:00:00+01:00")));
        assertThat(both.getInt("data.created")).isEqualTo(1);
        assertThat(both.getInt("data.existing")).isEqualTo(1);
    }

    @Test
    void enrollsWhomAnImportBrought() {
        UUID importId = Ids.next();
        aContact(ann, "di@example.com");
        UUID bo = aContact(ann, "bo@example.com");
        TestEvents.publish(
                Topics.CONTACT_UPSERTS,
                importId.toString(),
                ContactUpsertBatch.TYPE,
                importId + ":0",
                ann.tenantId(),
                new ContactUpsertBatch(importId, 0, true, List.of(row("bo@example.com"), row("cy@example.com"))));
        Topic.consumed(Topics.CONTACT_UPSERTS);
        assertThat(bulk(Map.of("filter", Map.of("importJobId", importId))).getInt("data.created"))
                .isEqualTo(2);
        assertThat(enrolled()).hasSize(2).contains(bo);
        assertThat(bulk(Map.of("filter", Map.of("importJobId", Ids.next()))).getInt("data.created"))
                .isZero();
    }

    @Test
    void enrollsEverybodyChunkByChunk() {
        List<UUID> contacts = People.contacts(ann.tenantId(), 20_001);
        aContact(TestKeys.issue(), "bo@example.com");
        JsonPath answer = bulk(Map.of("filter", Map.of("all", true)));
        assertThat(answer.getInt("data.created")).isEqualTo(20_001);
        assertThat(answer.getInt("data.existing")).isZero();
        assertThat(enrolled()).containsExactlyInAnyOrderElementsOf(contacts);
    }

    @Test
    void refusesAFilterThatSaysNothing() {
        aContact(ann, "bo@example.com");
        refused("{}", "/contactIds");
        refused("{\"filter\":{}}", "/filter");
        refused("{\"filter\":{\"all\":false}}", "/filter");
        refused("{\"filter\":{\"companyDomain\":\" \\u0000\"}}", "/filter");
        refused("{\"filter\":{\"importedSince\":\"yesterday\"}}", "/filter/importedSince");
        refused("{\"contactIds\":[null]}", "/contactIds");
        refused(
                "{\"contactIds\":[" + String.join(",", Collections.nCopies(10_001, "\"" + Ids.next() + "\"")) + "]}",
                "/contactIds");
        assertThat(enrolled()).isEmpty();
    }

    @Test
    void enrollsEachOnceWhenSeveralCallsDoItAtOnce() throws ExecutionException, InterruptedException {
        List<UUID> contacts = People.contacts(ann.tenantId(), 600);
        int callers = 6;
        int created = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
            List<Callable<JsonPath>> calls = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                List<UUID> order = new ArrayList<>(contacts);
                Collections.shuffle(order);
                Map<String, Object> request = caller % 2 == 0
                        ? Map.of("contactIds", order)
                        : Map.of("filter", Map.of("companyDomain", "example.org"));
                calls.add(() -> bulk(request));
            }
            for (Future<JsonPath> answer : threads.invokeAll(calls)) {
                assertThat(answer.get().getInt("data.created") + answer.get().getInt("data.existing"))
                        .isEqualTo(600);
                created += answer.get().getInt("data.created");
            }
        }
        assertThat(created).isEqualTo(600);
        assertThat(enrolled()).containsExactlyInAnyOrderElementsOf(contacts);
        assertThat(Topic.published(Topics.ENROLLMENT_CHANGES, ann.tenantId(), EnrollmentChanged.class))
                .extracting(EnrollmentChanged::contactId)
                .containsExactlyInAnyOrderElementsOf(contacts);
    }

    private JsonPath bulk(Map<String, ?> request) {
        return as(ann).body(request)
                .post(enrollments(instance) + "/bulk")
                .then()
                .statusCode(200)
                .body("success", equalTo(true))
                .extract()
                .jsonPath();
    }

    private void refused(String body, String pointer) {
        as(ann).body(body)
                .post(enrollments(instance) + "/bulk")
                .then()
                .statusCode(422)
                .body("code", equalTo("validation_failed"))
                .body("errors[0].pointer", equalTo(pointer));
    }

    private List<UUID> enrolled() {
        return sql.list(
                "SELECT contact_id FROM enrollment WHERE tenant_id = ? AND instance_id = ?",
                row -> row.uuid("contact_id"),
                ann.tenantId(),
                instance);
    }

    private static ContactUpsertBatch.Row row(String email) {
        return new ContactUpsertBatch.Row(2, email, null, null, null, null, null);
    }
}
