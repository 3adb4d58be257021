package io.throughline.jobs.outreach;

import static io.restassured.RestAssured.given;
import static io.throughline.jobs.outreach.Campaign.address;
import static io.throughline.jobs.outreach.Campaign.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.events.jobs.JobStatusChanged.JobView;
import io.throughline.jobs.outreach.ScriptedSmtp.Fault;
import io.throughline.jobs.queue.JobStore;
import io.throughline.jobs.queue.NewJob;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A mail server that fails in every way it can, and workers that die: one mail each at most, one event each. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(value = MailServerForTests.class, scope = TestResourceScope.GLOBAL)
class OutreachFaultsTest {

    private static final int TRIES = 5;

    @Inject
    Sql sql;

    @Inject
    JobStore jobs;

    private final ScriptedSmtp server = MailServerForTests.server();

    private OutreachMessage scripted(Campaign campaign, Fault... faults) {
        OutreachMessage message = campaign.to(address("bob"));
        server.script(message.recipient(), faults);
        return message;
    }

    private void becomes(Campaign campaign, OutreachMessage message, String status, String event) {
        patiently()
                .untilAsserted(
                        () -> assertThat(campaign.eventIds()).containsExactly(message.messageId() + ":" + event));
        assertThat(campaign.status(message)).isEqualTo(status);
    }

    private JobView job(Campaign campaign, OutreachMessage message) {
        return jobs.find(campaign.tenantId, campaign.job(message)).orElseThrow();
    }

    @Test
    void triesAgainWhatWasPutOff() {
        Campaign campaign = new Campaign();
        OutreachMessage message = scripted(campaign, Fault.PUT_OFF, Fault.PUT_OFF_AFTER_CONTENT, Fault.PUT_OFF);
        campaign.publish(message);
        becomes(campaign, message, "sent", "sent");
        assertThat(server.tries(message.recipient())).isEqualTo(4);
        assertThat(server.to(message.recipient())).hasSize(1);
        patiently().untilAsserted(() -> {
            assertThat(job(campaign, message).status()).isEqualTo("completed");
            assertThat(job(campaign, message).attempt()).isEqualTo(1);
        });
    }

    @Test
    void givesUpWhatWasPutOffFiveTimes() {
        Campaign campaign = new Campaign();
        Fault[] always = new Fault[TRIES + 1];
        Arrays.fill(always, Fault.PUT_OFF);
        OutreachMessage message = scripted(campaign, always);
        campaign.publish(message);
        becomes(campaign, message, "rejected", "failed");
        assertThat(server.tries(message.recipient())).isEqualTo(TRIES);
        assertThat(campaign.detail(message)).contains("5 times").contains("451 4.7.1 greylisted");
    }

    @Test
    void tellsOfABounceWhenTheRecipientOrTheMailIsRefused() {
        Campaign first = new Campaign();
        OutreachMessage noSuchUser = scripted(first, Fault.REFUSED);
        first.publish(noSuchUser);
        becomes(first, noSuchUser, "rejected", "bounced");
        assertThat(first.detail(noSuchUser)).contains("550 5.1.1 no such user");
        assertThat(first.metadata()).containsEntry("bounceType", "hard");

        Campaign second = new Campaign();
        OutreachMessage spam = scripted(second, Fault.REFUSED_AFTER_CONTENT);
        second.publish(spam);
        becomes(second, spam, "rejected", "bounced");
        assertThat(second.detail(spam)).contains("554 5.7.1 looks like spam");
        assertThat(second.metadata()).containsEntry("bounceType", "blocked");
        assertThat(server.tries(spam.recipient())).isEqualTo(1);
    }

    @Test
    void sendsAgainWhenTheConnectionEndsBeforeTheContent() {
        for (Fault fault : List.of(Fault.CUT_AT_RECIPIENT, Fault.CUT_AT_DATA, Fault.CLOSING)) {
            Campaign campaign = new Campaign();
            OutreachMessage message = scripted(campaign, fault);
            OutreachMessage next = campaign.to(address("next"));
            campaign.publish(message, next);
            patiently().untilAsserted(() -> assertThat(campaign.statuses()).isEqualTo(Map.of("sent", 2L)));
            assertThat(server.tries(message.recipient())).as(fault.name()).isEqualTo(2);
            assertThat(server.to(message.recipient())).as(fault.name()).hasSize(1);
        }
    }

    @Test
    void holdsWhatMayHaveArrivedAndGoesOn() {
        for (Fault fault : List.of(Fault.CUT_IN_CONTENT, Fault.CUT_AFTER_CONTENT)) {
            Campaign campaign = new Campaign();
            OutreachMessage message = scripted(campaign, fault);
            OutreachMessage next = campaign.to(address("next"));
            campaign.publish(message, next);
            patiently()
                    .untilAsserted(() -> assertThat(campaign.eventIds())
                            .containsExactlyInAnyOrder(message.messageId() + ":unknown", next.messageId() + ":sent"));
            assertThat(campaign.status(message)).as(fault.name()).isEqualTo("unknown");
            assertThat(server.tries(message.recipient())).as(fault.name()).isEqualTo(1);
        }
    }

    @Test
    void sendsAgainWhatIsUnknownWhenSomebodyAsks() {
        TestKey ann = TestKeys.issue();
        Campaign campaign = new Campaign(ann.tenantId());
        OutreachMessage message = scripted(campaign, Fault.CUT_AFTER_CONTENT);
        campaign.publish(message);
        becomes(campaign, message, "unknown", "unknown");
        String resend = "/api/outreach/messages/" + message.messageId() + "/resend";
        given().header("X-API-Key", TestKeys.issue().apiKey())
                .post(resend)
                .then()
                .statusCode(404);
        given().header("X-API-Key", ann.apiKey()).post(resend).then().statusCode(202);
        patiently()
                .untilAsserted(() -> assertThat(campaign.eventIds())
                        .containsExactly(message.messageId() + ":sent", message.messageId() + ":unknown"));
        assertThat(campaign.status(message)).isEqualTo("sent");
        assertThat(server.to(message.recipient())).hasSize(2);
        given().header("X-API-Key", ann.apiKey()).post(resend).then().statusCode(409);
    }

    @Test
    void waitsWhenTheSenderIsPutOff() {
        Campaign campaign = new Campaign();
        String sender = address("ann");
        server.script(sender, Fault.SENDER_PUT_OFF, Fault.SENDER_PUT_OFF);
        OutreachMessage message = campaign.message("email", sender, address("bob"), "Hello", "Hello");
        campaign.publish(message);
        becomes(campaign, message, "sent", "sent");
        assertThat(campaign.attempt(message))
                .as("counts for nobody but the server")
                .isEqualTo(1);
    }

    @Test
    void sendsEverythingAfterAnOutageWithoutUsingUpAttempts() {
        Campaign campaign = new Campaign();
        OutreachMessage message = campaign.to(address("bob"));
        server.stop();
        try {
            campaign.publish(message);
            patiently().untilAsserted(() -> assertThat(campaign.detail(message)).startsWith("smtp_unavailable: "));
            assertThat(campaign.status(message)).isEqualTo("queued");
            // Put aside without a worker, and taken up again as often as it takes.
            Set<Instant> runs = new HashSet<>();
            patiently().untilAsserted(() -> {
                runs.add(nextRun(campaign, message));
                assertThat(runs).hasSizeGreaterThanOrEqualTo(3);
            });
        } finally {
            server.start();
        }
        becomes(campaign, message, "sent", "sent");
        assertThat(server.to(message.recipient())).hasSize(1);
        patiently().untilAsserted(() -> {
            assertThat(job(campaign, message).status()).isEqualTo("completed");
            assertThat(job(campaign, message).attempt()).isEqualTo(1);
        });
    }

    private Instant nextRun(Campaign campaign, OutreachMessage message) {
        return sql.one("SELECT run_at FROM job WHERE id = ?", row -> row.instant("run_at"), campaign.job(message));
    }

    @Test
    void failsTheJobOfAnEndlessOutageAndSendsItsMessagesWhenItIsRetried() {
        var key = TestKeys.issue();
        Campaign campaign = new Campaign(key.tenantId());
        server.stop();
        UUID jobId;
        OutreachMessage message = campaign.to(address("bob"));
        try {
            jobId = dead(campaign, message, "queued", Duration.ofHours(49));
            patiently().untilAsserted(() -> {
                JobView job = jobs.find(campaign.tenantId, jobId).orElseThrow();
                assertThat(job.status()).isEqualTo("failed");
                assertThat(job.error().code()).isEqualTo("smtp_unavailable");
            });
            assertThat(campaign.status(message)).isEqualTo("queued");
        } finally {
            server.start();
        }
        given().header("X-API-Key", key.apiKey())
                .post("/api/jobs/" + jobId + "/retry")
                .then()
                .statusCode(200);
        becomes(campaign, message, "sent", "sent");
    }

    /** What a worker that was killed leaves behind, older than any lease, and the job that is run again. */
    private UUID dead(Campaign campaign, OutreachMessage message, String status, Duration age) {
        UUID jobId = Ids.next();
        sql.inTransaction(() -> {
            row(campaign, jobId, message, status, age);
            jobs.enqueueAll(List.of(NewJob.of(
                    jobId, campaign.tenantId, Ids.next(), "outreach", Map.of("instanceId", campaign.instanceId))));
        });
        return jobId;
    }

    private void row(Campaign campaign, UUID jobId, OutreachMessage message, String status, Duration age) {
        sql.update(
                """
                INSERT INTO outreach_message (message_id, tenant_id, enrollment_id, instance_id, contact_id, channel,
                    step_number, sender, recipient, subject, body, status, fence, job_id, created_at, due_at)
                VALUES (?, ?, ?, ?, ?, 'email', 1, ?, ?, 'Hello', 'Hello', ?, 0, ?,
                        now() - ? * interval '1 second', now() - ? * interval '1 second')
                """,
                message.messageId(),
                campaign.tenantId,
                message.enrollmentId(),
                campaign.instanceId,
                message.contactId(),
                message.sender(),
                message.recipient(),
                status,
                jobId,
                age.toSeconds(),
                age.toSeconds());
    }

    @Test
    void holdsWhatADeadWorkerHadOnItsWayAndSendsTheRest() {
        Campaign campaign = new Campaign();
        OutreachMessage onItsWay = campaign.to(address("bob"));
        OutreachMessage waiting = campaign.to(address("carol"));
        sql.inTransaction(() -> {
            UUID jobId = dead(campaign, onItsWay, "transmitting", Duration.ofSeconds(15));
            row(campaign, jobId, waiting, "queued", Duration.ofSeconds(15));
        });
        patiently()
                .untilAsserted(() -> assertThat(campaign.eventIds())
                        .containsExactlyInAnyOrder(onItsWay.messageId() + ":unknown", waiting.messageId() + ":sent"));
        assertThat(campaign.status(onItsWay)).isEqualTo("unknown");
        assertThat(server.tries(onItsWay.recipient())).isZero();
        assertThat(server.to(waiting.recipient())).hasSize(1);
    }

    /** A drained worker may be finishing its last mail while its job already runs elsewhere. */
    @Test
    void givesTheEarlierRunAMomentBeforeItCallsAMessageUnknown() {
        Campaign campaign = new Campaign();
        OutreachMessage onItsWay = campaign.to(address("bob"));
        OutreachMessage waiting = campaign.to(address("carol"));
        sql.inTransaction(() -> {
            UUID jobId = dead(campaign, onItsWay, "transmitting", Duration.ofHours(-1));
            row(campaign, jobId, waiting, "queued", Duration.ZERO);
        });
        patiently().untilAsserted(() -> assertThat(campaign.status(waiting)).isEqualTo("sent"));
        assertThat(campaign.status(onItsWay)).isEqualTo("transmitting");
        sql.update("UPDATE outreach_message SET due_at = now() WHERE message_id = ?", onItsWay.messageId());
        sql.update("UPDATE job SET run_at = now() WHERE id = ?", campaign.job(onItsWay));
        patiently().untilAsserted(() -> assertThat(campaign.status(onItsWay)).isEqualTo("unknown"));
    }

    @Inject
    Outreach.Forgotten forgotten;

    @Test
    void callsUnknownWhatNoJobCaresForAnyMore() {
        Campaign campaign = new Campaign();
        OutreachMessage old = campaign.to(address("old"));
        OutreachMessage recent = campaign.to(address("recent"));
        row(campaign, Ids.next(), old, "transmitting", Duration.ofHours(2));
        row(campaign, Ids.next(), recent, "transmitting", Duration.ofMinutes(30));
        forgotten.run();
        becomes(campaign, old, "unknown", "unknown");
        assertThat(campaign.status(recent)).isEqualTo("transmitting");
    }

    @Test
    void recordsWhatWasSentAlthoughTheJobWasCancelledMeanwhile() {
        Campaign campaign = new Campaign();
        OutreachMessage held = campaign.to(address("held"));
        OutreachMessage next = campaign.to(address("next"));
        server.hold(held.recipient());
        campaign.publish(held, next);
        patiently().untilAsserted(() -> assertThat(server.holds()).isTrue());
        assertThat(campaign.status(held)).as("before the server has it").isEqualTo("transmitting");
        jobs.cancel(campaign.tenantId, campaign.job(held)).orElseThrow();
        server.release();

        patiently().untilAsserted(() -> assertThat(campaign.status(held)).isEqualTo("sent"));
        patiently().untilAsserted(() -> assertThat(campaign.eventIds()).contains(held.messageId() + ":sent"));
        assertThat(job(campaign, held).status()).isEqualTo("cancelled");
    }

    @Test
    void leavesAloneWhatALaterRunHasDecided() {
        Campaign campaign = new Campaign();
        OutreachMessage held = campaign.to(address("held"));
        server.hold(held.recipient());
        campaign.publish(held);
        patiently().untilAsserted(() -> assertThat(server.holds()).isTrue());
        // The lease is gone and the message is given up at once: another run takes the job while this one is stuck.
        sql.inTransaction(() -> {
            sql.update("UPDATE outreach_message SET due_at = now() WHERE message_id = ?", held.messageId());
            sql.update(
                    "UPDATE job_lease SET worker_id = 'gone', lease_until = now() WHERE job_id = ?",
                    campaign.job(held));
        });
        patiently().untilAsserted(() -> assertThat(campaign.status(held)).isEqualTo("unknown"));
        server.release();
        patiently().untilAsserted(() -> assertThat(job(campaign, held).status()).isEqualTo("completed"));
        OutreachMessage after = campaign.to(address("after"));
        campaign.publish(after);
        patiently()
                .untilAsserted(() -> assertThat(campaign.eventIds())
                        .containsExactlyInAnyOrder(held.messageId() + ":unknown", after.messageId() + ":sent"));
        assertThat(campaign.status(held)).isEqualTo("unknown");
        assertThat(server.to(held.recipient())).hasSize(1);
    }

    /** Every message has its own misfortune; what must become of it is read off the script, not off the ledger. */
    @Test
    void bringsEveryMessageToItsEndWhateverTheServerDoes() {
        long seed = new Random().nextLong();
        System.out.println("OutreachFaultsTest seed " + seed);
        Random random = new Random(seed);
        Campaign campaign = new Campaign();
        List<OutreachMessage> messages = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        List<Fault> faults = List.of(
                Fault.PUT_OFF,
                Fault.PUT_OFF,
                Fault.PUT_OFF_AFTER_CONTENT,
                Fault.REFUSED,
                Fault.REFUSED_AFTER_CONTENT,
                Fault.CUT_AT_RECIPIENT,
                Fault.CUT_AT_DATA,
                Fault.CUT_IN_CONTENT,
                Fault.CUT_AFTER_CONTENT);
        for (int i = 0; i < 200; i++) {
            Fault[] script = new Fault[random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0];
            for (int step = 0; step < script.length; step++) {
                script[step] = faults.get(random.nextInt(faults.size()));
            }
            OutreachMessage message = scripted(campaign, script);
            messages.add(message);
            expected.add(message.messageId() + ":" + fate(script));
        }
        campaign.publish(messages.toArray(OutreachMessage[]::new));
        expected.sort(null);
        patiently()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() ->
                        assertThat(campaign.eventIds()).as("seed %d", seed).isEqualTo(expected));
        assertThat(messages)
                .as("seed %d", seed)
                .allSatisfy(
                        message -> assertThat(server.to(message.recipient())).hasSizeLessThanOrEqualTo(1));
    }

    private static String fate(Fault... script) {
        for (Fault fault : script) {
            switch (fault) {
                case REFUSED, REFUSED_AFTER_CONTENT -> {
                    return "bounced";
                }
                case CUT_IN_CONTENT, CUT_AFTER_CONTENT -> {
                    return "unknown";
                }
                default -> {}
            }
        }
        return "sent";
    }
}
