package io.throughline.jobs.outreach;

import static io.restassured.RestAssured.given;
import static io.throughline.jobs.outreach.Campaign.address;
import static io.throughline.jobs.outreach.Campaign.patiently;
import static io.throughline.jobs.outside.ScriptedProvider.saying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.jobs.outside.ScriptedProvider;
import io.throughline.jobs.outside.ScriptedProvider.Heard;
import io.throughline.jobs.queue.JobStore;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is no mail goes to the tenant's endpoint, signed, until it has been taken. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(value = MailServerForTests.class, scope = TestResourceScope.GLOBAL)
class ChannelOutreachTest {

    private static final ScriptedProvider.Saying HANGS_UP = exchange -> exchange.close();

    @Inject
    Json json;

    @Inject
    Sql sql;

    @Inject
    JobStore jobs;

    private final TestKey key = TestKeys.issue();
    private final Campaign campaign = new Campaign(key.tenantId());
    private final ScriptedProvider endpoint = new ScriptedProvider().always(saying(202, ""));

    @AfterEach
    void close() {
        endpoint.close();
    }

    private RequestSpecification asked() {
        return given().header("X-API-Key", key.apiKey()).contentType("application/json");
    }

    /** The secret. */
    private String goesToTheEndpoint() {
        return asked().body(Map.of("url", endpoint.url("/hook?of=us")))
                .put("/api/outreach/channels/linkedin")
                .then()
                .statusCode(201)
                .body("data.secret", startsWith("whsec_"))
                .extract()
                .path("data.secret");
    }

    private OutreachMessage linkedIn() {
        OutreachMessage plain =
                campaign.message("linkedin", Campaign.SENDER, address("bob"), "Hello", "Hi \u2014 \"Bob\"");
        return new OutreachMessage(
                plain.messageId(),
                plain.enrollmentId(),
                plain.instanceId(),
                plain.contactId(),
                plain.channel(),
                2,
                plain.sender(),
                plain.recipient(),
                plain.subject(),
                plain.body(),
                null,
                null,
                null,
                "B");
    }

    /** As a receiver would, with nothing of ours. */
    private static String signature(String secret, Heard heard) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
            String signed = heard.header("webhook-id") + "." + heard.header("webhook-timestamp") + "." + heard.body();
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void goesSignedToTheEndpointAndIsToldOf() {
        String secret = goesToTheEndpoint();
        OutreachMessage message = linkedIn();
        campaign.publish(message);

        patiently().untilAsserted(() -> assertThat(campaign.eventIds()).containsExactly(message.messageId() + ":sent"));
        assertThat(campaign.status(message)).isEqualTo("sent");
        assertThat(campaign.detail(message)).isEqualTo("the endpoint answered 202");
        assertThat(campaign.events()).singleElement().satisfies(event -> {
            assertThat(event.channel()).isEqualTo("linkedin");
            assertThat(event.stepNumber()).isEqualTo(2);
            assertThat(event.metadata())
                    .isEqualTo(Map.of("messageId", message.messageId().toString(), "variant", "B"));
        });
        Heard heard = endpoint.heard().getFirst();
        assertThat(endpoint.heard()).hasSize(1);
        assertThat(heard.method()).isEqualTo("POST");
        assertThat(heard.uri()).isEqualTo("/hook?of=us");
        assertThat(heard.header("webhook-id")).isEqualTo(message.messageId().toString());
        assertThat(Long.parseLong(heard.header("webhook-timestamp")))
                .isBetween(Instant.now().getEpochSecond() - 60, Instant.now().getEpochSecond());
        assertThat(heard.header("webhook-signature")).isEqualTo(signature(secret, heard));
        JsonNode body = json.tree(heard.body().getBytes(StandardCharsets.UTF_8));
        assertThat(body.path("type").asText()).isEqualTo("outreach.message");
        assertThat(Instant.parse(body.path("timestamp").asText())).isBefore(Instant.now());
        assertThat(json.read(body.path("data").toString(), new TypeReference<Map<String, Object>>() {}))
                .containsEntry("contactId", message.contactId().toString())
                .containsEntry("enrollmentId", message.enrollmentId().toString())
                .containsEntry("recipient", message.recipient())
                .containsEntry("body", message.body())
                .containsEntry("channel", "linkedin")
                .containsEntry("stepNumber", 2)
                .containsEntry("variant", "B");
    }

    @Test
    void isSignedWithBothSecretsWhileTheyAreChanged() {
        String old = goesToTheEndpoint();
        String fresh = asked().post("/api/outreach/channels/linkedin/rotate")
                .then()
                .statusCode(200)
                .body("data.previousSecretUntil", notNullValue())
                .extract()
                .<String>path("data.secret");
        campaign.publish(linkedIn());
        patiently().until(() -> !endpoint.heard().isEmpty());
        Heard heard = endpoint.heard().getFirst();
        assertThat(heard.header("webhook-signature").split(" "))
                .containsExactly(signature(fresh, heard), signature(old, heard));

        sql.update("UPDATE channel_endpoint SET previous_until = now() WHERE tenant_id = ?", key.tenantId());
        campaign.publish(linkedIn());
        patiently().until(() -> endpoint.heard().size() == 2);
        Heard later = endpoint.heard().getLast();
        assertThat(later.header("webhook-signature")).isEqualTo(signature(fresh, later));
    }

    @Test
    void goesAgainUnderTheSameIdUntilItIsTaken() {
        goesToTheEndpoint();
        endpoint.next(saying(503, ""), HANGS_UP);
        OutreachMessage message = linkedIn();
        campaign.publish(message);

        patiently().untilAsserted(() -> assertThat(campaign.eventIds()).containsExactly(message.messageId() + ":sent"));
        assertThat(endpoint.heard())
                .hasSize(3)
                .allSatisfy(heard -> assertThat(heard.header("webhook-id"))
                        .isEqualTo(message.messageId().toString()));
    }

    @Test
    void isRejectedWhenTheEndpointSaysNo() {
        goesToTheEndpoint();
        endpoint.next(saying(404, ""), saying(302, "", "Location", endpoint.url("/elsewhere")));
        OutreachMessage first = linkedIn();
        OutreachMessage second = linkedIn();
        campaign.publish(first, second);

        patiently().untilAsserted(() -> assertThat(campaign.statuses()).isEqualTo(Map.of("rejected", 2L)));
        assertThat(endpoint.heard()).hasSize(2);
        assertThat(List.of(campaign.detail(first), campaign.detail(second)))
                .containsExactlyInAnyOrder("the endpoint answered 404", "the provider answered 302");
        patiently()
                .untilAsserted(() -> assertThat(campaign.eventIds())
                        .containsExactlyInAnyOrder(first.messageId() + ":failed", second.messageId() + ":failed"));
    }

    @Test
    void isUnknownWhenNobodyEverAnswersAndFailedWhenItIsPutOffTooOften() {
        goesToTheEndpoint();
        OutreachMessage unanswered = linkedIn();
        endpoint.always(HANGS_UP);
        campaign.publish(unanswered);
        patiently().untilAsserted(() -> assertThat(campaign.status(unanswered)).isEqualTo("unknown"));
        assertThat(endpoint.heard()).hasSize(3);

        endpoint.always(saying(500, ""));
        OutreachMessage putOff = linkedIn();
        campaign.publish(putOff);
        patiently().untilAsserted(() -> assertThat(campaign.status(putOff)).isEqualTo("rejected"));
        assertThat(campaign.detail(putOff)).startsWith("put off 3 times");

        endpoint.always(saying(200, ""));
        asked().post("/api/outreach/messages/" + unanswered.messageId() + "/resend")
                .then()
                .statusCode(202);
        patiently().untilAsserted(() -> assertThat(campaign.status(unanswered)).isEqualTo("sent"));
    }

    @Test
    void waitsForAnEndpointThatIsAway() {
        asked().body(Map.of("url", "http://127.0.0.1:1/"))
                .put("/api/outreach/channels/linkedin")
                .then()
                .statusCode(201);
        OutreachMessage message = linkedIn();
        campaign.publish(message);
        patiently().untilAsserted(() -> assertThat(campaign.detail(message)).startsWith("endpoint_unavailable"));
        assertThat(campaign.status(message)).isEqualTo("queued");
        assertThat(campaign.attempt(message)).isZero();

        asked().body(Map.of("url", endpoint.url("/")))
                .put("/api/outreach/channels/linkedin")
                .then()
                .statusCode(200)
                .body("data.secret", nullValue());
        patiently().untilAsserted(() -> assertThat(campaign.status(message)).isEqualTo("sent"));
        assertThat(endpoint.heard()).hasSize(1);
    }

    /** Its worker stopped while it was on its way: a mail would be unknown. */
    @Test
    void goesAgainAfterItsWorkerDied() {
        goesToTheEndpoint();
        Group group = new Group(key.tenantId(), campaign.instanceId, "linkedin");
        UUID job = Ids.next();
        OutreachMessage message = linkedIn();
        sql.update("""
                INSERT INTO outreach_message (message_id, tenant_id, enrollment_id, instance_id, contact_id, channel,
                    step_number, sender, recipient, subject, body, status, job_id, due_at)
                VALUES (?, ?, ?, ?, ?, 'linkedin', 1, 'a@b.example', 'c@d.example', '', '', 'transmitting', ?, now())
                """, message.messageId(), key.tenantId(), Ids.next(), campaign.instanceId, Ids.next(), job);
        jobs.enqueueAll(List.of(group.job(job, key.userId(), 1)));
        patiently().untilAsserted(() -> assertThat(campaign.status(message)).isEqualTo("sent"));
        assertThat(endpoint.heard()).hasSize(1);
        assertThat(campaign.attempt(message)).isEqualTo(2);
    }

    @Test
    void sendsEachOfManyOnce() {
        goesToTheEndpoint();
        OutreachMessage[] many =
                IntStream.range(0, 300).mapToObj(i -> linkedIn()).toArray(OutreachMessage[]::new);
        campaign.publish(many);
        patiently().untilAsserted(() -> assertThat(campaign.statuses()).isEqualTo(Map.of("sent", 300L)));
        assertThat(endpoint.heard().stream().map(heard -> heard.header("webhook-id")))
                .hasSize(300)
                .doesNotHaveDuplicates();
    }

    @Test
    void isSetShownTriedAndRemovedByItsTenantOnly() {
        String secret = goesToTheEndpoint();
        assertThat((int) sql.one(
                        "SELECT position(decode(?, 'base64') IN secret) AS place FROM channel_endpoint WHERE tenant_id = ?",
                        row -> row.integer("place"),
                        secret.substring("whsec_".length()),
                        key.tenantId()))
                .as("the secret in the clear")
                .isZero();
        String shown = asked().get("/api/outreach/channels/linkedin")
                .then()
                .statusCode(200)
                .body("data.url", equalTo(endpoint.url("/hook?of=us")))
                .extract()
                .asString();
        assertThat(shown).doesNotContain("whsec_");
        asked().get("/api/outreach/channels").then().statusCode(200).body("data.channel", hasItems("linkedin"));
        asked().post("/api/outreach/channels/linkedin/test")
                .then()
                .statusCode(200)
                .body("data.taken", equalTo(true))
                .body("data.status", equalTo(202));
        assertThat(endpoint.heard().getFirst().header("webhook-signature"))
                .isEqualTo(signature(secret, endpoint.heard().getFirst()));
        endpoint.next(saying(500, ""));
        asked().post("/api/outreach/channels/linkedin/test").then().body("data.taken", equalTo(false));

        TestKey other = TestKeys.issue();
        for (String method : List.of("GET", "DELETE")) {
            given().header("X-API-Key", other.apiKey())
                    .request(method, "/api/outreach/channels/linkedin")
                    .then()
                    .statusCode(404);
        }
        for (String call : List.of("rotate", "test")) {
            given().header("X-API-Key", other.apiKey())
                    .post("/api/outreach/channels/linkedin/" + call)
                    .then()
                    .statusCode(404);
        }
        asked().delete("/api/outreach/channels/linkedin").then().statusCode(204);
        asked().get("/api/outreach/channels/linkedin").then().statusCode(404);
    }

    @Test
    void refusesWhatIsNoEndpoint() {
        asked().body(Map.of("url", "http://10.0.0.1/", "secret", "hush"))
                .put("/api/outreach/channels/email")
                .then()
                .statusCode(422)
                .body("errors.pointer", hasItems("/channel", "/url", "/secret"));
        for (String url :
                List.of("", "hook", "https://ann:secret@example.com/", "https://example.com/#x", "ftp://a/")) {
            asked().body(Map.of("url", url))
                    .put("/api/outreach/channels/sms")
                    .then()
                    .statusCode(422)
                    .body("errors[0].pointer", equalTo("/url"));
        }
        String own = "whsec_" + Base64.getEncoder().encodeToString(new byte[24]);
        asked().body(Map.of("url", endpoint.url("/"), "secret", own))
                .put("/api/outreach/channels/sms")
                .then()
                .statusCode(201)
                .body("data.secret", nullValue());
    }
}
