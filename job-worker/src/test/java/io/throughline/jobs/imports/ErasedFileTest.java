package io.throughline.jobs.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.ContactErased;
import io.throughline.events.enrollment.ContactUpsertResult;
import io.throughline.jobs.queue.Chore;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The file of an import that named somebody who is erased goes; what was refused is still told, without the rows. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class ErasedFileTest {

    @Inject
    Sql sql;

    @Inject
    Instance<Chore> chores;

    private final TestKey ann = TestKeys.issue();
    private final ImportClient client = new ImportClient(ann);

    @Test
    void goesOnceItHasBeenReadAndLeavesTheErrors() {
        UUID mentions = imported();
        UUID other = imported();
        erase(ann.tenantId(), mentions);
        erase(Ids.next(), other);
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            chores.forEach(Chore::run);
            assertThat(parts(mentions)).isZero();
        });
        assertThat(parts(other)).as("another tenant has no say").isEqualTo(1);
        assertThat(client.request()
                        .get("/api/import/" + mentions + "/errors.csv")
                        .asString())
                .contains("line,code,detail")
                .contains("2,invalid_email,is not an address")
                .doesNotContain("zoe");
        assertThat(client.request().get("/api/import/" + other + "/errors.csv").asString())
                .contains("zoe");
    }

    private UUID imported() {
        UUID id = client.accepted("email\nzoe\n".getBytes(StandardCharsets.UTF_8));
        List<JsonNode> batches = client.awaitBatches(id, 1);
        assertThat(batches).hasSize(1);
        client.result(new ContactUpsertResult(
                id, 0, 0, 0, 0, List.of(new ContactUpsertResult.Rejection(2, "invalid_email", "is not an address"))));
        client.ended(id, "completed");
        return id;
    }

    private void erase(UUID tenant, UUID importId) {
        UUID contact = Ids.next();
        TestEvents.publish(
                Topics.CONTACT_ERASURES,
                contact.toString(),
                ContactErased.TYPE,
                Ids.next().toString(),
                tenant,
                new ContactErased(contact, List.of("zoe@x.example"), List.of(), List.of(importId), Instant.now()));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> sql.first(
                                "SELECT FROM erased_contact WHERE tenant_id = ? AND contact_id = ?",
                                row -> true,
                                tenant,
                                contact)
                        .isPresent());
    }

    private int parts(UUID importId) {
        return sql.one(
                "SELECT count(*) AS parts FROM import_part WHERE import_id = ?", row -> row.integer("parts"), importId);
    }
}
