package io.throughline.campaign.instance;

import static io.throughline.campaign.Campaigns.INSTANCES;
import static io.throughline.campaign.Campaigns.SENDER;
import static io.throughline.campaign.Campaigns.aTemplate;
import static io.throughline.campaign.Campaigns.anInstance;
import static io.throughline.campaign.Campaigns.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.events.Topics;
import io.throughline.events.campaign.InstanceSnapshot;
import io.throughline.events.campaign.InstanceSnapshot.Schedule;
import io.throughline.events.enrollment.InstanceLedgerChanged;
import io.throughline.platform.events.Json;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** When and how much an instance sends, and how it learns that it is finished. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class SendingTest {

    private static final Instant THEN = Instant.parse("2026-11-01T09:30:00Z");

    @Inject
    Json json;

    @Test
    void publishesWhatItWasToldAndWhatWasChanged() {
        TestKey key = TestKeys.issue();
        String id = as(key).body(Map.of(
                        "name",
                        "Spring",
                        "templateId",
                        aTemplate(key),
                        "sender",
                        SENDER,
                        "schedule",
                        Map.of(
                                "days", List.of("FRI", "mon", "mon"),
                                "from", "09:00",
                                "to", "17:00",
                                "timeZone", "Europe/Berlin"),
                        "dailyLimit",
                        200,
                        "stopCompanyOnReply",
                        true))
                .post(INSTANCES)
                .then()
                .statusCode(201)
                .body("data.schedule.days", contains("mon", "fri"))
                .body("data.dailyLimit", equalTo(200))
                .body("data.stopCompanyOnReply", equalTo(true))
                .body("data.finished", equalTo(false))
                .extract()
                .path("data.id");
        as(key).body(Map.of("schedule", Map.of("to", "12:30")))
                .patch(INSTANCES + "/" + id)
                .then()
                .statusCode(200);
        as(key).body(Map.of("schedule", Map.of(), "dailyLimit", 0, "stopCompanyOnReply", false))
                .patch(INSTANCES + "/" + id)
                .then()
                .statusCode(200)
                .body("data.schedule", nullValue())
                .body("data.dailyLimit", nullValue());
        as(key).body(Map.of("name", "Spring"))
                .patch(INSTANCES + "/" + id)
                .then()
                .body("data.version", equalTo(3));

        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(snapshots(id)).hasSize(3));
        assertThat(snapshots(id))
                .extracting(InstanceSnapshot::schedule)
                .containsExactly(
                        new Schedule(List.of("mon", "fri"), "09:00", "17:00", "Europe/Berlin"),
                        new Schedule(List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "00:00", "12:30", "UTC"),
                        null);
        assertThat(snapshots(id)).extracting(InstanceSnapshot::dailyLimit).isEqualTo(Arrays.asList(200, 200, null));
        assertThat(snapshots(id))
                .extracting(InstanceSnapshot::stopCompanyOnReply)
                .containsExactly(true, true, false);
    }

    @Test
    void namesEveryFieldThatIsWrongAtOnce() {
        TestKey key = TestKeys.issue();
        String id = anInstance(key);
        Map<String, Object> wrong = Map.of(
                "schedule",
                Map.of("days", List.of("mon", "noday"), "from", "9:00", "to", "25:00", "timeZone", "Mars/Olympus"),
                "dailyLimit",
                -1);
        as(key).body(wrong)
                .patch(INSTANCES + "/" + id)
                .then()
                .statusCode(422)
                .body(
                        "errors.pointer",
                        containsInAnyOrder(
                                "/schedule/days",
                                "/schedule/from",
                                "/schedule/to",
                                "/schedule/timeZone",
                                "/dailyLimit"));
        as(key).body(Map.of("schedule", Map.of("from", "17:00", "to", "09:00")))
                .patch(INSTANCES + "/" + id)
                .then()
                .statusCode(422)
                .body("errors.pointer", contains("/schedule/to"));
    }

    @Test
    void isFinishedWhenItsLedgerIsClosedWhateverTheOrderOfTheNews() {
        TestKey key = TestKeys.issue();
        String id = anInstance(key);
        told(TestKeys.issue(), id, 9, true);
        told(key, id, 1, true);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> as(key).get(INSTANCES + "/" + id)
                        .then()
                        .body("data.finished", equalTo(true))
                        .body("data.finishedAt", equalTo(THEN.toString()))
                        .body("data.version", equalTo(2)));
        as(key).get(INSTANCES)
                .then()
                .body("data[0].finished", equalTo(true))
                .body("data[0].finishedAt", notNullValue());
        told(key, id, 2, false);
        told(key, id, 1, true);
        String other = anInstance(key);
        told(key, other, 1, true);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> as(key).get(INSTANCES + "/" + other).then().body("data.finished", equalTo(true)));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> as(key).get(INSTANCES + "/" + id)
                        .then()
                        .body("data.finished", equalTo(false))
                        .body("data.finishedAt", nullValue())
                        .body("data.version", equalTo(3)));
    }

    private static void told(TestKey key, String instance, long version, boolean closed) {
        TestEvents.publish(
                Topics.INSTANCE_LEDGERS,
                instance,
                InstanceLedgerChanged.TYPE,
                Ids.next().toString(),
                key.tenantId(),
                new InstanceLedgerChanged(UUID.fromString(instance), version, closed, THEN));
    }

    private List<InstanceSnapshot> snapshots(String id) {
        return TestEvents.read(Topics.CAMPAIGN_INSTANCES, each -> each.key().equals(id)).stream()
                .map(each -> json.read(each.value(), InstanceSnapshot.class))
                .toList();
    }
}
