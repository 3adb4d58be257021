package io.throughline.jobs.outreach;

import static io.restassured.RestAssured.given;
import static io.throughline.jobs.outreach.Campaign.address;
import static io.throughline.jobs.outreach.Campaign.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.events.EventHeaders;
import io.throughline.events.Topics;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.jobs.queue.JobStore;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** From Kafka to the mail server and back to Kafka. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(value = MailServerForTests.class, scope = TestResourceScope.GLOBAL)
class OutreachTest {

    @Inject
    Json json;

    @Inject
    Sql sql;

    @Inject
    JobStore jobs;

    private final ScriptedSmtp server = MailServerForTests.server();

    @Test
    void sendsAMessageAndTellsOfIt() {
        Campaign campaign = new Campaign();
        String recipient = address("bob");
        OutreachMessage message = campaign.to(recipient);
        campaign.publish(message);

        patiently().untilAsserted(() -> assertThat(campaign.eventIds()).containsExactly(message.messageId() + ":sent"));
        assertThat(campaign.status(message)).isEqualTo("sent");
        assertThat(server.to(recipient)).singleElement().satisfies(mail -> {
            assertThat(mail.sender()).isEqualTo("ann@sender.example");
            assertThat(mail.content())
                    .contains("Message-ID: <" + message.messageId() + "@sender.example>\r\n")
                    .contains("List-Unsubscribe: <" + MailServerForTests.PUBLIC_URL + "/u/")
                    .contains("Feedback-ID: " + message.instanceId() + ":1:" + campaign.tenantId + ":throughline\r\n")
                    .contains("From: Ann <ann@sender.example>\r\n")
                    .contains("To: " + recipient + "\r\n");
        });
        ConsumerRecord<String, byte[]> event = campaign.engagement().getFirst();
        assertThat(event.key()).isEqualTo(message.enrollmentId().toString());
        assertThat(TestEvents.header(event, EventHeaders.TYPE)).isEqualTo(EngagementEvent.TYPE);
        assertThat(TestEvents.header(event, EventHeaders.TENANT)).isEqualTo(campaign.tenantId.toString());
        EngagementEvent told = json.read(event.value(), EngagementEvent.class);
        assertThat(told.occurredAt()).isNotNull();
        assertThat(told)
                .isEqualTo(new EngagementEvent(
                        campaign.instanceId,
                        message.enrollmentId(),
                        "email",
                        "sent",
                        1,
                        told.occurredAt(),
                        Map.of("messageId", message.messageId().toString())));
        patiently().untilAsserted(() -> {
            var job = jobs.find(campaign.tenantId, campaign.job(message)).orElseThrow();
            assertThat(job.status()).isEqualTo("completed");
            assertThat(json.text(job.result()))
                    .isEqualTo(
                            "{\"held\":0,\"sent\":1,\"failed\":0,\"skipped\":0,\"unknown\":0,\"rejected\":0,\"suppressed\":0}");
        });
    }

    /** Batches are cut anew and come again at random, as after crashes of the consumer. */
    @Test
    void sendsEachOfManyExactlyOnceHoweverOftenTheyAreDelivered() {
        long seed = new Random().nextLong();
        System.out.println("OutreachTest seed " + seed);
        Random random = new Random(seed);
        Campaign campaign = new Campaign();
        String some = Ids.next().toString();
        List<OutreachMessage> messages = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            messages.add(campaign.to("r" + i + "-" + some + "@recipient.example"));
        }
        List<ProducerRecord<String, byte[]>> deliveries = new ArrayList<>();
        for (OutreachMessage message : messages) {
            for (int copies = 1 + random.nextInt(3); copies > 0; copies--) {
                deliveries.add(campaign.event(message));
            }
        }
        Collections.shuffle(deliveries, random);
        TestEvents.publish(deliveries);

        patiently().untilAsserted(() -> assertThat(campaign.statuses()).isEqualTo(Map.of("sent", 3_000L)));
        assertThat(messages)
                .as("seed %d", seed)
                .allSatisfy(
                        message -> assertThat(server.to(message.recipient())).hasSize(1));
        List<String> expected = messages.stream()
                .map(message -> message.messageId() + ":sent")
                .sorted()
                .toList();
        patiently().untilAsserted(() -> assertThat(campaign.eventIds()).isEqualTo(expected));
        assertThat(server.mostConnections()).isBetween(2, 4);
    }

    @Test
    void knowsAMessageByEnrollmentAndStep() {
        Campaign campaign = new Campaign();
        OutreachMessage first = campaign.to(address("first"));
        OutreachMessage again = new OutreachMessage(
                Ids.next(),
                first.enrollmentId(),
                first.instanceId(),
                first.contactId(),
                "email",
                1,
                first.sender(),
                address("again"),
                "Hello",
                "again",
                null,
                null,
                null,
                null);
        campaign.publish(first, again);
        OutreachMessage later = campaign.to(address("later"));
        campaign.publish(later);

        patiently().untilAsserted(() -> assertThat(campaign.statuses()).isEqualTo(Map.of("sent", 2L)));
        assertThat(campaign.status(again)).isNull();
        assertThat(server.to(again.recipient())).isEmpty();
    }

    @Test
    void makesJobsOfFiveHundredAtMostAndNoneForOthers() {
        Campaign campaign = new Campaign();
        Campaign other = new Campaign(campaign.tenantId);
        List<ProducerRecord<String, byte[]>> events = new ArrayList<>();
        String some = Ids.next().toString();
        for (int i = 0; i < 1_100; i++) {
            Campaign of = i % 11 == 0 ? other : campaign;
            events.add(of.event(of.to("j" + i + "-" + some + "@recipient.example")));
        }
        TestEvents.publish(events);

        patiently().untilAsserted(() -> assertThat(campaign.statuses()).isEqualTo(Map.of("sent", 1_000L)));
        patiently().untilAsserted(() -> assertThat(other.statuses()).isEqualTo(Map.of("sent", 100L)));
        List<Long> sizes = sql.list(
                "SELECT count(*) AS size FROM outreach_message WHERE tenant_id = ? GROUP BY job_id",
                row -> row.number("size"),
                campaign.tenantId);
        assertThat(sizes).hasSizeGreaterThanOrEqualTo(3).allMatch(size -> size <= 500);
        long mixed = sql.one("""
                SELECT count(*) AS mixed FROM (SELECT FROM outreach_message WHERE tenant_id = ?
                    GROUP BY job_id HAVING count(DISTINCT instance_id) > 1) AS several
                """, row -> row.number("mixed"), campaign.tenantId);
        assertThat(mixed).isZero();
    }

    @Test
    void failsWhatNobodyHereCanSend() {
        Campaign campaign = new Campaign();
        OutreachMessage linkedIn =
                campaign.message("linkedin", Campaign.SENDER, "https://linkedin.example/in/bob", "Hello", "Hello");
        OutreachMessage nowhere = campaign.to("nobody at all");
        OutreachMessage nobody = campaign.message("email", "", address("bob"), "Hello", "Hello");
        OutreachMessage injected = campaign.to("a@recipient.example\r\nRCPT TO:<" + address("victim") + ">");
        campaign.publish(linkedIn, nowhere, nobody, injected);

        patiently()
                .untilAsserted(() -> assertThat(campaign.eventIds())
                        .containsExactlyInAnyOrder(
                                linkedIn.messageId() + ":failed",
                                nowhere.messageId() + ":failed",
                                nobody.messageId() + ":failed",
                                injected.messageId() + ":failed"));
        assertThat(campaign.statuses()).isEqualTo(Map.of("rejected", 4L));
        assertThat(campaign.detail(linkedIn)).isEqualTo("nothing here sends by linkedin");
        assertThat(campaign.detail(nowhere)).contains("recipient is not an address");
        assertThat(campaign.detail(nobody)).contains("sender is not an address");
        assertThat(campaign.detail(injected)).contains("control character");
    }

    @Test
    void parksWhatIsNoMessageAndGoesOn() {
        Campaign campaign = new Campaign();
        OutreachMessage good = campaign.to(address("good"));
        OutreachMessage zero = campaign.message("email", Campaign.SENDER, address("zero"), "nul \0", "Hello");
        String nothing = Ids.next().toString();
        TestEvents.publish(List.of(
                TestEvents.event(
                        Topics.OUTREACH_MESSAGES,
                        nothing,
                        OutreachMessage.TYPE,
                        nothing,
                        campaign.tenantId,
                        Map.of("subject", "of nobody")),
                campaign.event(zero),
                campaign.event(good)));

        patiently().untilAsserted(() -> assertThat(campaign.status(good)).isEqualTo("sent"));
        patiently()
                .untilAsserted(() -> assertThat(TestEvents.read(
                                Topics.OUTREACH_MESSAGES + ".dlq",
                                event -> nothing.equals(event.key())
                                        || zero.enrollmentId().toString().equals(event.key())))
                        .hasSize(2)
                        .allSatisfy(letter -> assertThat(TestEvents.header(letter, EventHeaders.DLQ_REASON))
                                .startsWith("validation_failed")));
        assertThat(campaign.status(zero)).isNull();
    }

    @Test
    void isNotAskedForByClientsAndShowsItselfInTheMonitor() {
        var key = TestKeys.issue();
        given().header("X-API-Key", key.apiKey())
                .contentType("application/json")
                .body("{\"type\":\"outreach\",\"parameters\":{}}")
                .post("/api/jobs")
                .then()
                .statusCode(422)
                .body("errors[0].pointer", equalTo("/type"));
        UUID tenant = Ids.next();
        ledgerRow(tenant, "unknown");
        given().header("X-API-Key", key.apiKey())
                .get("/internal/monitor")
                .then()
                .statusCode(200)
                .body("data.outreach.queued", greaterThanOrEqualTo(0))
                .body("data.outreach.transmitting", greaterThanOrEqualTo(0))
                .body("data.outreach.unknown", greaterThanOrEqualTo(1))
                .body("data.outreach.openConnections", greaterThanOrEqualTo(0));
    }

    private void ledgerRow(UUID tenant, String status) {
        sql.update("""
                INSERT INTO outreach_message (message_id, tenant_id, enrollment_id, instance_id, contact_id, channel,
                    step_number, sender, recipient, subject, body, status, event, job_id, settled_at)
                VALUES (?, ?, ?, ?, ?, 'email', 1, 'a@b.example', 'c@d.example', '', '', ?, ?, ?, now())
                """, Ids.next(), tenant, Ids.next(), Ids.next(), Ids.next(), status, status, Ids.next());
    }

    @Test
    void closesConnectionsThatNobodyUses() {
        Campaign campaign = new Campaign();
        OutreachMessage message = campaign.to(address("bob"));
        campaign.publish(message);
        patiently().untilAsserted(() -> assertThat(campaign.status(message)).isEqualTo("sent"));
        patiently().untilAsserted(() -> assertThat(server.connections()).isZero());
    }
}
