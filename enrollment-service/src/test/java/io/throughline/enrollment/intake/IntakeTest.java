package io.throughline.enrollment.intake;

import static io.throughline.enrollment.People.aContact;
import static io.throughline.enrollment.People.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.Topic;
import io.throughline.events.EventHeaders;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.ContactUpsertResult;
import io.throughline.events.enrollment.ContactUpsertResult.Rejection;
import io.throughline.events.imports.ContactUpsertBatch;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class IntakeTest {

    private TestKey ann;
    private UUID importId;

    @BeforeEach
    void aTenantWithAnImport() {
        ann = TestKeys.issue();
        importId = Ids.next();
    }

    @Test
    void sortsTheRowsOfABatch() {
        aContact(ann, Map.of("email", "old@example.com", "lastName", "Kept", "attributes", Map.of("a", "1", "b", "2")));
        ContactUpsertResult result = taken(batch(
                0,
                true,
                new ContactUpsertBatch.Row(
                        2, "OLD@example.com", "New", " ", "Acme", "Acme.test", Map.of("b", "3", "c", "4")),
                row(3, "new@example.com", "First"),
                row(4, "New@Example.com ", "Second"),
                row(5, "nobody", "x"),
                row(6, null, "x"),
                row(7, "long@example.com", "x".repeat(201))));
        assertThat(result.created()).isEqualTo(1);
        assertThat(result.updated()).isEqualTo(1);
        assertThat(result.duplicates()).isEqualTo(1);
        assertThat(result.rejected())
                .extracting(Rejection::line, Rejection::code)
                .containsExactly(tuple(5L, "invalid_email"), tuple(6L, "invalid_email"), tuple(7L, "too_long"));
        stored("new@example.com").body("data[0].firstName", equalTo("First"));
        stored("old@example.com")
                .body("data[0].firstName", equalTo("New"))
                .body("data[0].lastName", equalTo("Kept"))
                .body("data[0].company", equalTo("Acme"))
                .body("data[0].companyDomain", equalTo("acme.test"))
                .body("data[0].attributes", equalTo(Map.of("a", "1", "b", "3", "c", "4")));
        stored("long@example.com").body("data.size()", equalTo(0));
    }

    @Test
    void countsAnEmailAgainInALaterBatchOfTheImportAsDuplicate() {
        taken(batch(0, true, row(2, "bo@example.com", "First")));
        ContactUpsertResult second =
                taken(batch(1, true, row(3, "BO@example.com", "Second"), row(4, "cy@example.com", "Cy")));
        assertThat(second).isEqualTo(new ContactUpsertResult(importId, 1, 1, 0, 1, List.of()));
        stored("bo@example.com").body("data[0].firstName", equalTo("First"));

        importId = Ids.next();
        assertThat(taken(batch(0, true, row(2, "bo@example.com", "Third"))))
                .isEqualTo(new ContactUpsertResult(importId, 0, 0, 1, 0, List.of()));
        stored("bo@example.com").body("data[0].firstName", equalTo("Third"));
    }

    @Test
    void keepsTwoImportsOfTheSamePeopleApart() {
        UUID first = importId;
        UUID second = Ids.next();
        taken(batch(0, true, row(2, "bo@example.com", "Of the first")));
        importId = second;
        taken(batch(0, true, row(2, "bo@example.com", "Of the second")));
        importId = first;
        assertThat(taken(batch(1, true, row(3, "bo@example.com", "Again"))).duplicates())
                .isEqualTo(1);
        importId = second;
        assertThat(taken(batch(1, true, row(3, "bo@example.com", "Again"))).duplicates())
                .isEqualTo(1);
        stored("bo@example.com").body("data[0].firstName", equalTo("Of the second"));
    }

    @Test
    void rejectsStoredContactsWhenNotDeduplicating() {
        aContact(ann, Map.of("email", "old@example.com", "firstName", "Kept"));
        ContactUpsertResult first =
                taken(batch(0, false, row(2, "old@example.com", "New"), row(3, "new@example.com", "New")));
        assertThat(first.created()).isEqualTo(1);
        assertThat(first.updated()).isZero();
        assertThat(first.duplicates()).isZero();
        assertThat(first.rejected()).extracting(Rejection::line).containsExactly(2L);
        assertThat(first.rejected()).extracting(Rejection::code).containsExactly("exists");
        stored("old@example.com").body("data[0].firstName", equalTo("Kept"));

        ContactUpsertResult second =
                taken(batch(1, false, row(4, "old@example.com", "New"), row(5, "new@example.com", "New")));
        assertThat(second).isEqualTo(new ContactUpsertResult(importId, 1, 0, 0, 2, List.of()));
    }

    @Test
    void takesABatchOnceHoweverOftenItComes() {
        ContactUpsertBatch batch = batch(0, true, row(2, "bo@example.com", "First"));
        taken(batch);
        as(ann).body("{\"firstName\":\"Changed since\"}")
                .patch("/api/contacts/" + stored("bo@example.com").extract().path("data[0].id"))
                .then()
                .statusCode(200);
        TestEvents.publish(List.of(event(batch), event(batch)));
        Topic.consumed(Topics.CONTACT_UPSERTS);
        stored("bo@example.com").body("data[0].firstName", equalTo("Changed since"));
        assertThat(results()).hasSize(1);
    }

    @Test
    void takesEventsOfAnotherSourceWithTheSameId() {
        ProducerRecord<String, byte[]> one = event(batch(0, true, row(2, "bo@example.com", "Bo")));
        importId = Ids.next();
        ProducerRecord<String, byte[]> other = event(batch(0, true, row(2, "cy@example.com", "Cy")));
        String id = new String(one.headers().lastHeader(EventHeaders.ID).value(), StandardCharsets.UTF_8);
        replace(other, EventHeaders.ID, id);
        replace(other, EventHeaders.SOURCE, "another-system");
        TestEvents.publish(List.of(one, other));
        Topic.consumed(Topics.CONTACT_UPSERTS);
        stored("bo@example.com").body("data.size()", equalTo(1));
        stored("cy@example.com").body("data.size()", equalTo(1));
    }

    @Test
    void parksWhatCannotBeReadAndTakesItsNeighbours() {
        ProducerRecord<String, byte[]> broken = withValue("{\"importId\":");
        ProducerRecord<String, byte[]> empty = withValue("null");
        ProducerRecord<String, byte[]> incomplete = withValue("{\"importId\":\"" + importId + "\"}");
        TestEvents.publish(List.of(
                event(batch(0, true, row(2, "before@example.com", "B"))),
                broken,
                empty,
                incomplete,
                event(batch(1, true, row(3, "after@example.com", "A")))));
        Topic.consumed(Topics.CONTACT_UPSERTS);
        List<ConsumerRecord<String, byte[]>> parked =
                Topic.publishedRecords(Topics.CONTACT_UPSERTS + ".dlq", ann.tenantId());
        assertThat(parked)
                .extracting(
                        each -> TestEvents.header(each, EventHeaders.DLQ_REASON).replaceFirst(":.*", ""))
                .containsExactly("unreadable", "unreadable", "incomplete");
        assertThat(parked.getFirst().value()).isEqualTo(broken.value());
        assertThat(TestEvents.header(parked.getFirst(), EventHeaders.DLQ_TOPIC)).isEqualTo(Topics.CONTACT_UPSERTS);
        stored("before@example.com").body("data.size()", equalTo(1));
        stored("after@example.com").body("data.size()", equalTo(1));
    }

    /** Random files with few people, sent in batches, some of them again; every row is accounted for exactly once. */
    @Test
    void accountsForEveryRow() {
        long seed = new Random().nextLong();
        System.out.println("IntakeTest seed " + seed);
        Random random = new Random(seed);
        List<ProducerRecord<String, byte[]>> events = new ArrayList<>();
        Map<String, String> firstNames = new HashMap<>();
        int rows = 0;
        int invalid = 0;
        for (int number = 0; number < 40; number++) {
            ContactUpsertBatch.Row[] batch = new ContactUpsertBatch.Row[random.nextInt(30)];
            for (int i = 0; i < batch.length; i++) {
                boolean valid = random.nextInt(10) > 0;
                String email = "p" + random.nextInt(200) + (valid ? "@example.com" : "");
                batch[i] = row(++rows, email, "Line " + rows);
                invalid += valid ? 0 : 1;
                if (valid) {
                    firstNames.putIfAbsent(email, "Line " + rows);
                }
            }
            events.add(event(batch(number, true, batch)));
            events.add(events.get(random.nextInt(events.size())));
        }
        TestEvents.publish(events);
        Topic.consumed(Topics.CONTACT_UPSERTS);
        List<ContactUpsertResult> results = results();
        assertThat(results)
                .as("seed %d", seed)
                .extracting(ContactUpsertResult::batchNumber)
                .doesNotHaveDuplicates()
                .hasSize(40);
        assertThat(results.stream().mapToInt(ContactUpsertResult::created).sum())
                .as("seed %d", seed)
                .isEqualTo(firstNames.size());
        assertThat(results.stream().mapToInt(ContactUpsertResult::updated).sum())
                .isZero();
        assertThat(results.stream().mapToInt(each -> each.rejected().size()).sum())
                .as("seed %d", seed)
                .isEqualTo(invalid);
        assertThat(results.stream().mapToInt(ContactUpsertResult::duplicates).sum())
                .as("seed %d", seed)
                .isEqualTo(rows - invalid - firstNames.size());
        firstNames.entrySet().stream()
                .limit(20)
                .forEach(each -> stored(each.getKey()).body("data[0].firstName", equalTo(each.getValue())));
    }

    private ContactUpsertResult taken(ContactUpsertBatch batch) {
        TestEvents.publish(List.of(event(batch)));
        Topic.consumed(Topics.CONTACT_UPSERTS);
        List<ContactUpsertResult> results = results().stream()
                .filter(each -> each.importId().equals(batch.importId()) && each.batchNumber() == batch.batchNumber())
                .toList();
        assertThat(results).hasSize(1);
        ContactUpsertResult result = results.getFirst();
        assertThat(result.created()
                        + result.updated()
                        + result.duplicates()
                        + result.rejected().size())
                .isEqualTo(batch.rows().size());
        return result;
    }

    private List<ContactUpsertResult> results() {
        return Topic.published(Topics.CONTACT_UPSERT_RESULTS, ann.tenantId(), ContactUpsertResult.class);
    }

    private io.restassured.response.ValidatableResponse stored(String email) {
        return as(ann).queryParam("email", email).get("/api/contacts").then().statusCode(200);
    }

    private ContactUpsertBatch batch(int number, boolean deduplicate, ContactUpsertBatch.Row... rows) {
        return new ContactUpsertBatch(importId, number, deduplicate, Arrays.asList(rows));
    }

    private static ContactUpsertBatch.Row row(long line, String email, String firstName) {
        return new ContactUpsertBatch.Row(line, email, firstName, null, null, null, null);
    }

    private ProducerRecord<String, byte[]> event(ContactUpsertBatch batch) {
        return TestEvents.event(
                Topics.CONTACT_UPSERTS,
                batch.importId().toString(),
                ContactUpsertBatch.TYPE,
                batch.importId() + ":" + batch.batchNumber(),
                ann.tenantId(),
                batch);
    }

    private ProducerRecord<String, byte[]> withValue(String value) {
        ProducerRecord<String, byte[]> model = event(batch(0, true));
        replace(model, EventHeaders.ID, Ids.next().toString());
        return new ProducerRecord<>(
                model.topic(), null, model.key(), value.getBytes(StandardCharsets.UTF_8), model.headers());
    }

    private static void replace(ProducerRecord<String, byte[]> event, String header, String value) {
        event.headers().remove(header);
        event.headers().add(header, value.getBytes(StandardCharsets.UTF_8));
    }
}
