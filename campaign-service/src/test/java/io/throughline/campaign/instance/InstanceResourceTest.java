package io.throughline.campaign.instance;

import static io.throughline.campaign.Campaigns.INSTANCES;
import static io.throughline.campaign.Campaigns.TEMPLATES;
import static io.throughline.campaign.Campaigns.aTemplate;
import static io.throughline.campaign.Campaigns.anActiveInstance;
import static io.throughline.campaign.Campaigns.anInstance;
import static io.throughline.campaign.Campaigns.as;
import static io.throughline.campaign.Campaigns.instance;
import static io.throughline.campaign.Campaigns.step;
import static io.throughline.campaign.Campaigns.template;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.events.EventHeaders;
import io.throughline.events.Topics;
import io.throughline.events.campaign.InstanceSnapshot;
import io.throughline.platform.events.Json;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class InstanceResourceTest {

    @Inject
    Json json;

    @Test
    void makesADraftWithItsOwnCopyOfTheSteps() {
        var key = TestKeys.issue();
        String template = aTemplate(key);
        String id = as(key).body(instance("Spring", template))
                .post(INSTANCES)
                .then()
                .statusCode(201)
                .header("Location", containsString(INSTANCES))
                .body("data.status", equalTo("draft"))
                .body("data.version", equalTo(1))
                .body("data.sender", equalTo("Ann <ann@example.com>"))
                .extract()
                .path("data.id");
        as(key).body(template("Other", List.of(step(Map.of("body", "changed")))))
                .put(TEMPLATES + "/" + template)
                .then()
                .statusCode(200);

        as(key).get(INSTANCES + "/" + id)
                .then()
                .statusCode(200)
                .body("data.templateId", equalTo(template))
                .body("data.steps.size()", equalTo(2))
                .body("data.steps.stepNumber", contains(1, 2))
                .body("data.steps[1].delay", equalTo("PT72H"))
                .body("data.steps[0].body", equalTo("How are you?"));
    }

    @Test
    void namesEveryFieldThatIsWrongAtOnce() {
        var key = TestKeys.issue();
        String foreign = aTemplate(TestKeys.issue());
        for (Object template : List.of(Ids.next().toString(), foreign)) {
            as(key).body(Map.of("name", "n".repeat(201), "templateId", template, "sender", "Ann <a@b.c>\r\nBcc: x@y.z"))
                    .post(INSTANCES)
                    .then()
                    .statusCode(422)
                    .body("errors.pointer", contains("/name", "/sender", "/templateId"));
        }
        as(key).body("{}")
                .post(INSTANCES)
                .then()
                .statusCode(422)
                .body("errors.pointer", contains("/name", "/sender", "/templateId"));
        as(key).body(Map.of("name", "n", "templateId", "not-an-id", "sender", "a@b.c"))
                .post(INSTANCES)
                .then()
                .statusCode(422)
                .body("errors.pointer", contains("/templateId"));
    }

    @Test
    void saysHowItTakesContacts() {
        var key = TestKeys.issue();
        String path = INSTANCES + "/" + anInstance(key);
        as(key).get(path)
                .then()
                .body("data.rules.exclusive", equalTo(true))
                .body("data.rules.reentry", equalTo("never"));
        as(key).body("{\"rules\":{\"reentry\":\"after_end\"}}")
                .patch(path)
                .then()
                .statusCode(200)
                .body("data.version", equalTo(2))
                .body("data.rules.exclusive", equalTo(true))
                .body("data.rules.reentry", equalTo("after_end"));
        as(key).body("{\"rules\":{\"exclusive\":false}}")
                .patch(path)
                .then()
                .body("data.rules.exclusive", equalTo(false))
                .body("data.rules.reentry", equalTo("after_end"));
        as(key).body("{\"rules\":{\"reentry\":\"always\"}}")
                .patch(path)
                .then()
                .statusCode(422)
                .body("errors.pointer", contains("/rules/reentry"));
    }

    @Test
    void walksThroughItsLifeAndPublishesEveryStep() {
        var key = TestKeys.issue();
        String id = anInstance(key);
        String path = INSTANCES + "/" + id;
        int version = 1;
        for (Map.Entry<String, String> move : List.of(
                Map.entry("activate", "active"),
                Map.entry("pause", "paused"),
                Map.entry("resume", "active"),
                Map.entry("complete", "completed"))) {
            as(key).post(path + "/" + move.getKey())
                    .then()
                    .statusCode(200)
                    .body("data.status", equalTo(move.getValue()))
                    .body("data.version", equalTo(++version));
        }
        as(key).body(Map.of("name", "Old", "status", "archived"))
                .patch(path)
                .then()
                .statusCode(200)
                .body("data.status", equalTo("archived"))
                .body("data.name", equalTo("Old"));

        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(snapshots(id))
                        .extracting(InstanceSnapshot::status)
                        .containsExactly("draft", "active", "paused", "active", "completed", "archived"));
        assertThat(snapshots(id))
                .extracting(InstanceSnapshot::version)
                .isSorted()
                .doesNotHaveDuplicates();
        InstanceSnapshot last = snapshots(id).getLast();
        assertThat(last.name()).isEqualTo("Old");
        assertThat(last.sender()).isEqualTo("Ann <ann@example.com>");
        assertThat(last.steps())
                .extracting(InstanceSnapshot.Step::delay)
                .containsExactly(Duration.ZERO, Duration.ofDays(3));
        assertThat(TestEvents.read(Topics.CAMPAIGN_INSTANCES, each -> each.key().equals(id)))
                .allSatisfy(each -> {
                    assertThat(TestEvents.header(each, EventHeaders.TENANT))
                            .isEqualTo(key.tenantId().toString());
                    assertThat(TestEvents.header(each, EventHeaders.TYPE)).isEqualTo(InstanceSnapshot.TYPE);
                });
    }

    @Test
    void refusesIllegalMovesAndNamesTheState() {
        var key = TestKeys.issue();
        String active = INSTANCES + "/" + anActiveInstance(key);
        as(key).post(active + "/activate")
                .then()
                .statusCode(409)
                .body("code", equalTo("illegal_transition"))
                .body("detail", containsString("active"))
                .body("errors[0].pointer", equalTo("/status"));
        as(key).post(active + "/resume").then().statusCode(409);
        as(key).body(Map.of("status", "archived")).patch(active).then().statusCode(409);
        as(key).get(active).then().body("data.status", equalTo("active")).body("data.version", equalTo(2));
        String draft = INSTANCES + "/" + anInstance(key);
        as(key).post(draft + "/pause").then().statusCode(409).body("detail", containsString("draft"));
    }

    @Test
    void letsOneOfManyParallelActivationsWin() {
        var key = TestKeys.issue();
        for (int round = 0; round < 5; round++) {
            String id = anInstance(key);
            List<Integer> statuses = InParallel.times(
                    4, () -> as(key).post(INSTANCES + "/" + id + "/activate").statusCode());
            assertThat(statuses).containsExactlyInAnyOrder(200, 409, 409, 409);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(snapshots(id))
                            .extracting(InstanceSnapshot::version)
                            .containsExactly(1L, 2L));
        }
    }

    @Test
    void losesNoUpdateOfParallelEdits() {
        var key = TestKeys.issue();
        String path = INSTANCES + "/" + anInstance(key);
        List<Integer> statuses = InParallel.times(
                6,
                () -> as(key).body(Map.of("name", "Name " + Ids.next()))
                        .patch(path)
                        .statusCode());
        assertThat(statuses).containsOnly(200);
        as(key).get(path).then().body("data.version", equalTo(7));
    }

    @Test
    void changesNameAndSenderOnlyFromTheVersionSeen() {
        var key = TestKeys.issue();
        String id = anActiveInstance(key);
        String path = INSTANCES + "/" + id;
        String tag = as(key).get(path).header("ETag");
        as(key).header("If-None-Match", tag).get(path).then().statusCode(304);
        as(key).header("If-Match", tag)
                .body(Map.of("name", " Summer ", "sender", "Bob <bob@example.com>"))
                .patch(path)
                .then()
                .statusCode(200)
                .body("data.name", equalTo("Summer"))
                .body("data.sender", equalTo("Bob <bob@example.com>"))
                .body("data.status", equalTo("active"))
                .body("data.version", equalTo(3));
        as(key).header("If-Match", tag)
                .body(Map.of("name", "Autumn"))
                .patch(path)
                .then()
                .statusCode(412);
        as(key).body(Map.of("name", "Summer"))
                .patch(path)
                .then()
                .statusCode(200)
                .body("data.version", equalTo(3));
        as(key).body(Map.of("name", "", "sender", "Bob", "status", "active"))
                .patch(path)
                .then()
                .statusCode(422)
                .body("errors.pointer", contains("/name", "/sender", "/status"));
        as(key).patch(path).then().statusCode(400);
    }

    @Test
    void listsNewestFirstAndAnswersUnchangedListsWithoutBody() {
        var key = TestKeys.issue();
        String first = anInstance(key);
        String second = anActiveInstance(key);
        var list = as(key).get(INSTANCES)
                .then()
                .statusCode(200)
                .header("Cache-Control", equalTo("private, max-age=300"))
                .body("data.id", contains(second, first))
                .body("data.status", contains("active", "draft"))
                .body("data.stepCount", contains(2, 2));
        String tag = list.extract().header("ETag");
        as(key).header("If-None-Match", tag)
                .get(INSTANCES)
                .then()
                .statusCode(304)
                .header("Cache-Control", equalTo("private, max-age=300"));
        as(key).post(INSTANCES + "/" + first + "/activate").then().statusCode(200);
        as(key).header("If-None-Match", tag).get(INSTANCES).then().statusCode(200);
    }

    @Test
    void filtersByStatus() {
        var key = TestKeys.issue();
        anInstance(key);
        String active = anActiveInstance(key);
        as(key).get(INSTANCES + "?status=active").then().body("data.id", contains(active));
        as(key).get(INSTANCES + "?status=archived").then().statusCode(200).body("data", empty());
        as(key).get(INSTANCES + "?status=ACTIVE").then().statusCode(422).body("errors[0].pointer", equalTo("/status"));
    }

    @Test
    void publishesNothingThatWasRefused() {
        var key = TestKeys.issue();
        String id = anActiveInstance(key);
        as(key).post(INSTANCES + "/" + id + "/resume").then().statusCode(409);
        as(key).post(INSTANCES + "/" + id + "/pause").then().statusCode(200);
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(snapshots(id))
                        .extracting(InstanceSnapshot::version)
                        .containsExactly(1L, 2L, 3L));
    }

    private List<InstanceSnapshot> snapshots(String id) {
        return TestEvents.read(Topics.CAMPAIGN_INSTANCES, each -> each.key().equals(id)).stream()
                .map(each -> json.read(each.value(), InstanceSnapshot.class))
                .toList();
    }
}
