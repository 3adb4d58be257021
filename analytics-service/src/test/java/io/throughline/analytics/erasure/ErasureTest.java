package io.throughline.analytics.erasure;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.analytics.CampaignStub;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.ContactErased;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class ErasureTest {

    @Inject
    Sql sql;

    @Inject
    ErasureStore store;

    private final TestKey key = TestKeys.issue();
    private final UUID instance = CampaignStub.owns(key.apiKey(), Ids.next());

    @Test
    void metadataGoesWithThePersonAndFiguresStay() {
        UUID zoe = Ids.next();
        UUID bo = Ids.next();
        List<Map<String, Object>> events = new ArrayList<>();
        for (String type : List.of("clicked", "opened", "replied")) {
            events.add(event(zoe, type, "zoe"));
            events.add(event(bo, type, "bo"));
        }
        given().header("X-API-Key", key.apiKey())
                .contentType("application/json")
                .body(events)
                .post("/api/events")
                .then()
                .statusCode(202);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(stored()).hasSize(6));

        UUID contact = Ids.next();
        for (UUID tenant : List.of(TestKeys.issue().tenantId(), key.tenantId())) {
            TestEvents.publish(
                    Topics.CONTACT_ERASURES,
                    contact.toString(),
                    ContactErased.TYPE,
                    Ids.next().toString(),
                    tenant,
                    new ContactErased(contact, List.of("zoe@x.example"), List.of(zoe), List.of(), Instant.now()));
        }
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            store.goOn();
            assertThat(stored())
                    .containsExactlyInAnyOrder(
                            bo + " {\"name\":\"bo\"}",
                            bo + " {\"name\":\"bo\"}",
                            bo + " {\"name\":\"bo\"}",
                            zoe + " null",
                            zoe + " null",
                            zoe + " null");
        });
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> sql.first("SELECT FROM metadata_erasure WHERE enrollment_id = ?", row -> true, zoe)
                        .isEmpty());
    }

    private Map<String, Object> event(UUID enrollment, String type, String name) {
        return Map.of(
                "id",
                Ids.next().toString(),
                "instanceId",
                instance,
                "enrollmentId",
                enrollment,
                "channel",
                "email",
                "eventType",
                type,
                "stepNumber",
                1,
                "occurredAt",
                "2026-11-05T10:00:00Z",
                "metadata",
                Map.of("name", name));
    }

    private List<String> stored() {
        return sql.list(
                "SELECT enrollment_id || ' ' || coalesce(metadata, 'null') AS text FROM engagement_event WHERE tenant_id = ?",
                row -> row.text("text"),
                key.tenantId());
    }
}
